import type { Cut, PathState } from '../../src/core/run/record.ts';
import type { Scene } from './scene.ts';
import { newest, normOf, type Figure } from './values.ts';

/** What a task does in a variable group at the step that is looked at. */
export interface PathCell {
  readonly task: string;
  readonly group: string;
  readonly state: PathState;
  readonly declared: boolean;
  /** L2 norm of the task's weighted gradient. */
  readonly norm: Figure | null;
  /** Share of the group's update. */
  readonly share: Figure | null;
  /** The cuts that make the state. */
  readonly cuts: readonly Cut[];
}

/** One cell per loss term and group, by term, in the order of the terms and groups. */
export function pathCells(scene: Scene): PathCell[][] {
  const { graph } = scene.run;
  const paths = new Map(graph?.paths.map((path) => [JSON.stringify([path.task, path.group]), path]));
  const cuts = new Map(graph?.cuts.map((cut) => [cut.id, cut]));
  return scene.terms.map(({ id: task }) =>
    scene.groups.map(({ id: group }) => {
      const path = paths.get(JSON.stringify([task, group]));
      const norm = newest(scene.steps, scene.at, normOf(group, task));
      return {
        task,
        group,
        state: path?.state ?? (norm === null ? 'none' : 'flows'),
        declared: path?.declared ?? false,
        norm,
        share: newest(scene.steps, scene.at, normOf(group, task, 'share')),
        cuts: (path?.cuts ?? []).flatMap((id) => cuts.get(id) ?? []),
      };
    }),
  );
}

/** The state in words; a declared one is as its author meant it. */
export function stateWords({ state, declared }: Pick<PathCell, 'state' | 'declared'>): string {
  return declared && state !== 'flows' && state !== 'none' ? `${state} (declared)` : state;
}

/** Position of a norm on a scale of six decades that ends at the largest: 1 is the largest, 0 a millionth of it or less. */
export function decadeShare(size: number, largest: number): number {
  if (!(size > 0) || !(largest > 0)) {
    return 0;
  }
  if (size === Infinity || size >= largest) {
    return 1;
  }
  return Math.max(0, 1 + Math.log10(size / largest) / 6);
}
