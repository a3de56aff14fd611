import { toNumber } from '../../src/core/run/numbers.ts';
import type { Cut, PathState } from '../../src/core/run/record.ts';
import { featureKey, type Scene } from './scene.ts';
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
  /** What the norm would be without a prediction used as a feature, where the reader asks for that and it is another one. */
  readonly supposed: Supposed | null;
}

/** A norm as it would be, the one with all paths, and the step at which both were measured. */
export interface Supposed {
  readonly norm: number;
  readonly all: number;
  readonly step: number;
  /** Id of the feature use that is looked at as if it were cut. */
  readonly feature: string;
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
        supposed: supposed(scene, task, group),
      };
    }),
  );
}

function supposed({ run: { graph }, ui }: Scene, task: string, group: string): Supposed | null {
  for (const feature of graph?.features ?? []) {
    const entry = feature.groups.find((each) => each.group === group);
    const key = featureKey(feature);
    if (graph !== null && feature.usedBy === task && entry !== undefined && ui.whatIf.includes(key)) {
      const [norm, all] = [toNumber(entry.without), toNumber(entry.norm)];
      return norm === all ? null : { norm, all, step: graph.step, feature: key };
    }
  }
  return null;
}

/** The state in words; a declared one is as its author meant it. */
export function stateWords({ state, declared }: Pick<PathCell, 'state' | 'declared'>): string {
  return declared && state !== 'flows' && state !== 'none' ? `${state} (declared)` : state;
}

/** A logarithmic scale of norms: its largest, and how many decades lie between that and nothing to see. */
export interface NormScale {
  readonly largest: number;
  readonly decades: number;
}

/** A scale that tells these norms apart: from two decades, so that equals look alike, to six. */
export function normScale(norms: readonly number[]): NormScale {
  const seen = norms.filter((norm) => norm > 0 && norm < Infinity);
  const [largest, smallest] = [Math.max(0, ...seen), Math.min(Infinity, ...seen)];
  return { largest, decades: seen.length === 0 ? 2 : Math.max(2, Math.min(6, Math.log10(largest / smallest))) };
}

/** Position of a norm on the scale: 1 is its largest, 0 its end or less. */
export function placeOn({ largest, decades }: NormScale, norm: number): number {
  if (!(norm > 0) || !(largest > 0)) {
    return norm === Infinity ? 1 : 0;
  }
  return Math.max(0, Math.min(1, 1 + Math.log10(norm / largest) / decades));
}
