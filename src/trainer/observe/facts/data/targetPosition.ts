import type { SourcePosition } from '../../../../core/run/record.ts';
import { forwardFrame, type NodeOrigin } from '../../tape/forwardTrace.ts';
import { framesInForward, type FrameReader } from '../../graph/positions.ts';

/** Where a script says what the target is. */
export interface TargetPlace {
  readonly position: SourcePosition | null;
  /** Which argument of the call there; null where it is not known, or the call is that of fit. */
  readonly argument: number | null;
}

/** Functions of tfjs that take the target first, by the names that stacks give them. */
const takesTargetFirst =
  /\bat (?:\w+\.)?(?:absoluteDifference|cosineDistance|hingeLoss|huberLoss|logLoss|meanSquaredError|sigmoidCrossEntropy|softmaxCrossEntropy|oneHot)_(?:_op)? /;
/** `labels.oneHot(3)` has the target before the dot. */
const chained = /\bat (?:Tensor|Variable)\d*\./;

/** The script's own line inside the loss; else the training call. */
export function targetPlace(
  reader: FrameReader,
  origin: NodeOrigin | undefined,
  call: SourcePosition | null,
): TargetPlace {
  const error = origin?.error ?? null;
  const [own] = error === null ? [] : framesInForward(reader, error);
  if (error === null || own === undefined) {
    return { position: call, argument: null };
  }
  const [inner = ''] = (error.stack ?? '').split(forwardFrame);
  return { position: own, argument: takesTargetFirst.test(inner) && !chained.test(inner) ? 0 : null };
}
