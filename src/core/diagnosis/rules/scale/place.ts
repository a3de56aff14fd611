import type { Evidence, Expression } from '../../finding.ts';
import type { RunView } from '../../runView.ts';
import type { SourcePosition } from '../../../run/record.ts';
import type { Estimate } from '../../../measure/seriesInterval.ts';
import type { Rests } from './meeting.ts';

/**
 * Where a task's loss stands, and which part of it is meant: where the position is that of a training call, what it was given for the
 * task; where the loss is written out, the argument that is the target, if that was seen.
 */
export function placeIn(
  view: RunView,
  task: string,
  of: 'target' | 'loss' | 'lossWeight',
): { readonly position: SourcePosition | null; readonly expression: Expression | null } {
  const term = view.graph?.terms.find(({ id }) => id === task);
  const labels =
    of === 'target' && term !== undefined && term.from !== 'output'
      ? view.facts('labels').findLast((line) => line.task === task)
      : undefined;
  if (labels !== undefined && labels.position !== null && labels.details.argument !== null) {
    return { position: labels.position, expression: { of: 'argument', index: labels.details.argument } };
  }
  return {
    position: term?.position ?? null,
    expression: term === undefined || term.from === 'tape' ? null : { of, task },
  };
}

/** A figure with its interval and the steps it rests on. */
export function evidence(name: string, unit: string, figure: Estimate & { readonly steps: Rests }): Evidence {
  const factor = unit === '%' ? 100 : 1;
  return {
    name,
    value: figure.value * factor,
    unit,
    interval: [figure.low * factor, figure.high * factor],
    steps: figure.steps,
  };
}
