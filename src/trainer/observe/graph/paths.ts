import type { Cut, CutKind, Path, PathState, VariableGroup } from '../../../core/run/record.ts';
import type { CutFact, GraphFacts } from './graphFacts.ts';

/** What is known of one objective's graph. */
export interface ObjectiveFacts {
  readonly tasks: readonly string[];
  readonly graph: GraphFacts;
  /** Per task the variables on which its gradient is exactly 0 although the tape reaches them. */
  readonly zero: Map<string, ReadonlySet<string>>;
  /** Per task where that happens. */
  readonly blocks: Map<string, readonly CutFact[]>;
}

/** The state of every (task, group); where several objectives hold a task, the newest speaks. */
export function pathsOf(
  objectives: readonly ObjectiveFacts[],
  groups: readonly VariableGroup[],
  groupOf: ReadonlyMap<string, string>,
): Pick<Path, 'task' | 'group' | 'state'>[] {
  const byTask = new Map<string, ObjectiveFacts>();
  for (const facts of objectives) {
    for (const task of facts.tasks) {
      byTask.set(task, facts);
    }
  }
  return [...byTask].flatMap(([task, facts]) =>
    groups.map(({ id }) => ({ task, group: id, state: stateOf(task, id, facts, groupOf) })),
  );
}

function stateOf(task: string, group: string, facts: ObjectiveFacts, groupOf: ReadonlyMap<string, string>): PathState {
  const members = facts.graph.variables.filter(({ name }) => groupOf.get(name) === group);
  const onTape = members.filter((variable) => variable.onTape.includes(task));
  const trained = onTape.filter(({ status }) => status === 'trained');
  if (trained.length > 0) {
    const zero = facts.zero.get(task);
    return trained.every(({ name }) => zero?.has(name) === true) ? 'zero' : 'flows';
  }
  if (onTape.length > 0) {
    return 'excluded';
  }
  return members.some(({ dependents }) => dependents.includes(task)) ? 'cut' : 'none';
}

const offTape = new Set<CutKind>(['stopGradient', 'detach', 'variable']);

/** The cuts of all objectives by group instead of by variable; one entry per kind and place. */
export function cutEntries(
  objectives: readonly ObjectiveFacts[],
  paths: readonly Pick<Path, 'task' | 'group' | 'state'>[],
  groupOf: ReadonlyMap<string, string>,
): Cut[] {
  const states = new Map(paths.map(({ task, group, state }) => [`${task}|${group}`, state]));
  const entries = new Map<string, Cut>();
  for (const { graph, blocks } of objectives) {
    for (const fact of [...graph.cuts, ...[...blocks.values()].flat()]) {
      const { kind, op, layer, position, declared } = fact;
      const key = JSON.stringify([kind, op, layer, position]);
      const pairs = fact.pairs.flatMap(({ task, variables }) => {
        const groups = new Set(variables.map((name) => groupOf.get(name)).filter((group) => group !== undefined));
        return [...groups].map((group) => ({
          task,
          group,
          complete: completes(kind, states.get(`${task}|${group}`)),
        }));
      });
      const known = entries.get(key);
      const all = [...(known?.pairs ?? []), ...pairs];
      const distinct = all.filter((pair, index) => all.findIndex((other) => same(other, pair)) === index);
      entries.set(key, {
        id: known?.id ?? `c${entries.size + 1}`,
        kind,
        op,
        layer,
        position,
        declared,
        pairs: distinct,
      });
    }
  }
  return [...entries.values()].filter(({ pairs }) => pairs.length > 0);
}

function completes(kind: CutKind, state: PathState | undefined): boolean {
  if (kind === 'noGradient') {
    return true;
  }
  return offTape.has(kind) ? state === 'cut' : kind !== 'passThrough' && state === 'zero';
}

function same(a: Cut['pairs'][number], b: Cut['pairs'][number]): boolean {
  return a.task === b.task && a.group === b.group;
}
