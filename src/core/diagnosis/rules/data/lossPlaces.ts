import type { FactLine } from '../../../run/record.ts';
import type { Expression } from '../../finding.ts';
import type { RunView } from '../../runView.ts';

/** Objectives whose targets are handed over in a call: their losses are tfjs's own, or the library's. */
const HANDED_OVER: ReadonlySet<string> = new Set(['fit', 'fitDataset', 'trainOnBatch', 'library']);

/** The task's target: in the arguments of the call at the fact's position, or the argument that is known. */
export function targetExpression(
  { objective, task, details }: Pick<FactLine, 'objective' | 'task'> & { readonly details: object },
  view: RunView,
): Expression | null {
  const argument = 'argument' in details && typeof details.argument === 'number' ? details.argument : null;
  if (argument !== null) {
    return { of: 'argument', index: argument };
  }
  return task !== null && isHandedOver(objective, view) ? { of: 'target', task: view.nameOf(task) } : null;
}

export function isHandedOver(objective: string | null, view: RunView): boolean {
  return view.objectives.some(({ id, via }) => id === objective && HANDED_OVER.has(via));
}

/** Newest lines, one for each task. */
export function byTask<Line extends FactLine>(lines: readonly Line[]): readonly Line[] {
  return [...new Map(lines.map((line) => [line.task, line])).values()];
}
