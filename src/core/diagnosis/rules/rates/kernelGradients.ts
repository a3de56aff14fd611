import { toNumber } from '../../../run/numbers.ts';
import type { FactLine } from '../../../run/record.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';

/** A task's gradient in the first and in the last kernel on its way, look by look. */
export interface KernelGradients {
  readonly task: string;
  readonly objective: string | null;
  readonly kernels: FactLine<'kernels'>;
  readonly first: readonly Point[];
  readonly last: readonly Point[];
  /** First over last. */
  readonly ratio: readonly Point[];
}

/** Of each task that has two kernels or more. Looks at which the last kernel has no gradient say nothing. */
export function kernelGradients(view: RunView): KernelGradients[] {
  return view.newestFacts('kernels').flatMap((kernels): KernelGradients[] => {
    const { task, objective } = kernels;
    if (task === null) {
      return [];
    }
    const looks = view.steps.flatMap((step) => {
      const norms = objective === null || step.objective === objective ? step.kernelsOf(task) : undefined;
      const [first, last] = norms === undefined ? [0, 0] : [toNumber(norms[0]), toNumber(norms[1])];
      return last === 0 ? [] : [{ step: step.step, first, last }];
    });
    const points = (pick: (look: (typeof looks)[number]) => number): Point[] =>
      looks.map((look) => ({ step: look.step, value: pick(look) }));
    return [
      {
        task,
        objective,
        kernels,
        first: points(({ first }) => first),
        last: points(({ last }) => last),
        ratio: points(({ first, last }) => first / last),
      },
    ];
  });
}

/** Groups that have one of these variables. */
export function groupsOf(view: RunView, variables: readonly string[]): string[] {
  return view.groups
    .filter((group) => group.variables.some(({ name }) => variables.includes(name)))
    .map(({ id }) => id);
}
