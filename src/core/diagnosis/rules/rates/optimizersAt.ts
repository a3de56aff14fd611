import { toNumber } from '../../../run/numbers.ts';
import type { SourcePosition, VariableGroup } from '../../../run/record.ts';
import type { Point } from '../../../run/run.ts';
import type { Change, Expression } from '../../finding.ts';
import type { RunView } from '../../runView.ts';
import { courseOf, type LossCourse } from './lossCourse.ts';

/** A group of variables and the size of its updates, over that of its weights. */
export interface PacedGroup {
  readonly group: VariableGroup;
  /** Every look whose update was seen and moved something. */
  readonly ratios: readonly Point[];
  /** Of the objective's tasks, those that the group serves. */
  readonly courses: readonly LossCourse[];
}

/** An optimizer at work for an objective. */
export interface OptimizerAt {
  readonly objective: string | null;
  readonly name: string;
  readonly learningRate: number | null;
  readonly position: SourcePosition | null;
  readonly expression: Expression | null;
  readonly groups: readonly PacedGroup[];
}

/**
 * The optimizers of a run with the groups that they move. What weighs losses has no size of its own, nor has a lone number, such as an
 * offset that starts at 0: an update is large beside it for as long as it is on its way.
 */
export function optimizersAt(view: RunView): OptimizerAt[] {
  return view.newestFacts('optimizer').flatMap(({ objective, position, details }): OptimizerAt[] => {
    const { name, learningRate, named, groups } = details;
    const terms = view.objectives.find(({ id }) => id === objective)?.terms ?? [];
    const courses = new Map(
      view.tasks
        .filter(({ id }) => terms.includes(id))
        .flatMap(({ id }) => {
          const course = courseOf(view, id, objective);
          return course === null ? [] : [[id, course] as const];
        }),
    );
    const paced = view.groups
      .filter(({ id, kind, size }) => groups.includes(id) && size > 1 && (kind === 'tower' || kind === 'shared'))
      .map((group): PacedGroup => ({
        group,
        ratios: view.updateSeries(group.id, 'updateRatio', objective ?? undefined).filter(({ value }) => value !== 0),
        courses: group.tasks.flatMap((task) => courses.get(task) ?? []),
      }));
    return paced.length === 0
      ? []
      : [
          {
            objective,
            name,
            learningRate: learningRate === null ? null : toNumber(learningRate),
            position,
            expression: named ? { of: 'property', name: 'optimizer' } : { of: 'argument', index: 0 },
            groups: paced,
          },
        ];
  });
}

/** The change of a rate: of a whole optimizer, or of one group. */
export function rateChange({ learningRate }: OptimizerAt, group: string | null, factor: number): Change {
  const value = learningRate === null ? null : Number((learningRate * factor).toPrecision(2));
  return { of: 'learningRate', group, factor: Number(factor.toPrecision(3)), value };
}

/** Whether the optimizer's steps grow with the gradient: then half the loss is half the step. */
export function followsGradient(name: string): boolean {
  return name === 'SGD' || name === 'Momentum';
}
