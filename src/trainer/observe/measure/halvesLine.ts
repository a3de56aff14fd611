import type { HalvesLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import type { HalvesGradients } from './halves.ts';
import type { Reductions } from './reductions.ts';

/** The inner products of one half's gradients with the other's, by shared group. */
export function halvesLine(
  step: number,
  { step: { objective, terms } }: SeenGraph,
  { rows, shared }: HalvesGradients,
  independent: boolean,
  reductions: Reductions,
  groupOf: (variable: string) => string | undefined,
): HalvesLine {
  const groups = new Map<string, { tasks: number[]; cross: Map<string, number> }>();
  for (const { name, tasks, first, second } of shared) {
    const id = groupOf(name);
    if (id === undefined) {
      continue;
    }
    const group = groups.get(id) ?? { tasks: [], cross: new Map<string, number>() };
    groups.set(id, group);
    group.tasks = [...new Set([...group.tasks, ...tasks])].sort((a, b) => a - b);
    const gram = reductions.gram([...first, ...second]);
    const size = 2 * tasks.length;
    for (const [i, a] of tasks.entries()) {
      for (const [j, b] of tasks.entries()) {
        const [row, column] = [i, tasks.length + j];
        const product = gram[row * size - (row * (row - 1)) / 2 + (column - row)] ?? NaN;
        group.cross.set(`${a} ${b}`, (group.cross.get(`${a} ${b}`) ?? 0) + product);
      }
    }
  }
  return {
    type: 'halves',
    step,
    objective: objective.id,
    rows,
    independent,
    groups: Object.fromEntries(
      [...groups].map(([id, { tasks, cross }]) => [
        id,
        {
          terms: tasks.map((task) => terms[task]?.id ?? ''),
          cross: tasks.flatMap((a) => tasks.map((b) => toRecorded(cross.get(`${a} ${b}`) ?? 0))),
        },
      ]),
    ),
  };
}
