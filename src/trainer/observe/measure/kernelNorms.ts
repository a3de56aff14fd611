import type { StepLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { KernelPath } from '../graph/kernelPaths.ts';
import { squaredNormOf, type MeasuredVariable } from './stepMeasure.ts';

/** Each task's gradient in the first and in the last kernel on its way. */
export function kernelNorms(
  paths: readonly KernelPath[],
  measured: readonly MeasuredVariable[],
): Pick<StepLine, 'kernels'> {
  const byName = new Map(measured.map((variable) => [variable.name, variable]));
  const entries = paths.flatMap(({ task, kernels }) => {
    const ends = [kernels[0], kernels.at(-1)].map((kernel) => byName.get(kernel?.variable.name ?? ''));
    const [first, last] = ends;
    return first === undefined || last === undefined
      ? []
      : [[task, [normOf(first, task), normOf(last, task)] as const] as const];
  });
  return entries.length === 0 ? {} : { kernels: Object.fromEntries(entries) };
}

function normOf(variable: MeasuredVariable, task: string) {
  return toRecorded(Math.sqrt(Math.max(0, squaredNormOf(variable, task))));
}
