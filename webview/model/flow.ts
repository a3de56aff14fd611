import { toNumber } from '../../src/core/run/numbers.ts';
import type { Cut, PathState } from '../../src/core/run/record.ts';
import type { PathCell } from './cells.ts';
import type { Scene, ShownTerm } from './scene.ts';

export type FlowNode =
  | {
      readonly kind: 'group';
      readonly id: string;
      /** The group's own id. */
      readonly group: string;
      readonly label: string;
      readonly note: string;
      readonly style: number | null;
    }
  | { readonly kind: 'task'; readonly id: string; readonly label: string; readonly term: ShownTerm }
  | { readonly kind: 'cut'; readonly id: string; readonly cut: Cut }
  /** Where a cut would be, if the reader's supposition held. */
  | { readonly kind: 'supposed'; readonly id: string };

/** A task's gradient on its way into a group, drawn from the group to where the gradient comes from. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly task: ShownTerm;
  readonly state: PathState;
  readonly declared: boolean;
  /** L2 norm of the gradient; null where nothing flows or nothing was measured. */
  readonly norm: number | null;
  /** True where the norm is the one that it would be without a prediction used as a feature. */
  readonly supposed: boolean;
}

export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
}

export const groupNode = (id: string): string => `group ${id}`;
const taskNode = (id: string): string => `task ${id}`;
const cutNode = (id: string): string => `cut ${id}`;
const supposedNode = (feature: string): string => `if cut ${feature}`;

/**
 * Groups, tasks and cuts, and how the gradients run between them. A task's gradient passes its own tower, then the
 * groups that its prediction was made from; a cut stands between, where it is known.
 */
export function flowOf(scene: Scene, cells: readonly (readonly PathCell[])[]): Flow {
  const shown = cells.flat();
  const cuts = (scene.run.graph?.cuts ?? []).filter(({ kind, pairs }) => kind !== 'passThrough' && pairs.length > 0);
  const terms = scene.terms.filter(({ id }) => shown.some((cell) => cell.task === id && cell.state !== 'none'));
  const towers = new Map(
    scene.groups.flatMap(({ id, kind, tasks: [task] }) => (kind === 'tower' && task !== undefined ? [[task, id]] : [])),
  );
  const known = new Set(scene.groups.map(({ id }) => id));
  const target = (task: string, group: string): string => {
    const tower = towers.get(task);
    return tower === undefined || tower === group ? taskNode(task) : groupNode(tower);
  };
  const edges = new Map<string, FlowEdge>();
  const add = (edge: FlowEdge): void => {
    const key = JSON.stringify([edge.from, edge.to, edge.task.id]);
    if (edge.from !== edge.to && !edges.has(key)) {
      edges.set(key, edge);
    }
  };
  for (const task of terms) {
    const ofTask = cuts.flatMap((cut) =>
      cut.pairs.filter((pair) => pair.task === task.id).map(({ group }) => ({ cut, group })),
    );
    for (const cell of shown.filter((each) => each.task === task.id && each.state !== 'none')) {
      const atCut = ofTask.some(({ group }) => group === cell.group);
      const [from, to] = [groupNode(cell.group), target(task.id, cell.group)];
      if (cell.supposed?.norm === 0) {
        const ended = { task, state: 'cut', declared: true, norm: null, supposed: true } as const;
        const here = supposedNode(cell.supposed.feature);
        add({ ...ended, from, to: here });
        add({ ...ended, from: here, to });
      } else if (cell.state === 'flows' || cell.state === 'excluded' || !atCut) {
        const { state, declared, supposed } = cell;
        add({
          from,
          to,
          task,
          state,
          declared,
          norm: supposed?.norm ?? measuredNorm(cell),
          supposed: supposed !== null,
        });
      }
    }
    for (const { cut, group } of ofTask.filter((each) => known.has(each.group))) {
      const blocked = { task, state: 'cut', declared: cut.declared, norm: null, supposed: false } as const;
      add({ ...blocked, from: groupNode(group), to: cutNode(cut.id) });
      add({ ...blocked, from: cutNode(cut.id), to: target(task.id, group) });
    }
  }
  const used = new Set([...edges.values()].flatMap(({ from, to }) => [from, to]));
  return {
    nodes: [
      ...scene.groups.map((group): FlowNode => ({
        kind: 'group',
        id: groupNode(group.id),
        group: group.id,
        label: group.label,
        note: groupNote(group.variables.length, group.size),
        style: group.kind === 'tower' ? (scene.terms.find(({ id }) => id === group.tasks[0])?.style ?? null) : null,
      })),
      ...terms.map((term): FlowNode => ({ kind: 'task', id: taskNode(term.id), label: `${term.name} loss`, term })),
      ...[...new Set(shown.flatMap(({ supposed }) => (supposed === null ? [] : [supposedNode(supposed.feature)])))]
        .filter((id) => used.has(id))
        .map((id): FlowNode => ({ kind: 'supposed', id })),
      ...cuts.map((cut): FlowNode => ({ kind: 'cut', id: cutNode(cut.id), cut })).filter(({ id }) => used.has(id)),
    ],
    edges: [...edges.values()],
  };
}

function groupNote(variables: number, size: number): string {
  return `${variables} var · ${size.toLocaleString('en-US')}`;
}

function measuredNorm({ state, norm }: PathCell): number | null {
  return state === 'flows' && norm !== null ? toNumber(norm.value) : null;
}
