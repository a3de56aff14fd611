import type { Evidence, Expression } from '../../finding.ts';
import type { RunView } from '../../runView.ts';
import type { SourcePosition } from '../../../run/record.ts';
import type { Estimate } from '../../../measure/seriesInterval.ts';
import { targetExpression } from '../data/lossPlaces.ts';
import type { Rests } from './meeting.ts';

/**
 * Where a task's loss stands, and which part of it is meant where the position is that of a training call. The target of a loop's
 * own loss is meant where it is computed, or else where it is compared.
 */
export function placeIn(
  view: RunView,
  task: string,
  of: 'target' | 'loss' | 'lossWeight',
): { readonly position: SourcePosition | null; readonly expression: Expression | null } {
  const term = view.graph?.terms.find(({ id }) => id === task);
  const labels = of === 'target' ? view.facts('labels').findLast((line) => line.task === task) : undefined;
  if (term?.from === 'tape' && labels?.position != null) {
    return { position: labels.position, expression: targetExpression(labels, view) };
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
