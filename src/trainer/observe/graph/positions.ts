import type { SourcePosition } from '../../../core/run/record.ts';
import { forwardFrame, type NodeOrigin } from '../tape/forwardTrace.ts';

/** Reads positions in the user's code off captured errors. */
export interface FrameReader {
  /** All frames in the user's code, innermost first. */
  framesOf(error: Error): SourcePosition[];
}

/**
 * The frames of an op inside the loss function: those between the op and the training step. Frames further out say who
 * called `fit`, not where the op stands.
 */
export function framesInForward(reader: FrameReader, error: Error): SourcePosition[] {
  const lines = (error.stack ?? '').split('\n');
  const end = lines.findIndex((line) => line.includes(forwardFrame));
  const inner = new Error(error.message);
  inner.stack = (end === -1 ? lines : lines.slice(0, end)).join('\n');
  return reader.framesOf(inner);
}

/** Where an op stands: the user's own line inside the loss function, else where its layer was made. */
export function positionOfOrigin(
  reader: FrameReader,
  { error, layer }: Pick<NodeOrigin, 'error' | 'layer'>,
): SourcePosition | null {
  const [own] = error === null ? [] : framesInForward(reader, error);
  return own ?? (layer?.made == null ? null : (reader.framesOf(layer.made)[0] ?? null));
}
