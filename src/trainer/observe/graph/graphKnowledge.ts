import { groupId, type Membership } from '../../../core/graph/groups.ts';
import type { Cut, FeatureUse, GraphLine, Objective, Path, Term, VariableGroup } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { CutFact, GraphFacts, VariableFact } from './graphFacts.ts';
import { cutEntries, pathsOf, type ObjectiveFacts } from './paths.ts';

/** Squared gradient norms per variable of a task, with and without what flows through another's prediction. */
export interface FeatureNorms {
  readonly of: string;
  readonly usedBy: string;
  readonly carries: boolean;
  readonly declared: boolean;
  readonly norms: ReadonlyMap<string, { readonly all: number; readonly without: number }>;
}

/** How often a task's paths may turn to zero and back before that alone is no news: a unit that flickers would fill the record. */
const mostChanges = 100;

/**
 * All that the tapes have told so far, over all objectives of the run. Groups are made of every objective's facts: a
 * trunk that two optimizers train in turn, each for one task, is shared.
 */
export class GraphKnowledge {
  private readonly terms = new Map<string, Term>();
  private readonly objectives = new Map<string, Objective>();
  private readonly facts = new Map<string, ObjectiveFacts>();
  private readonly features = new Map<string, readonly FeatureNorms[]>();
  private groups: readonly VariableGroup[] = [];
  private groupByVariable = new Map<string, string>();
  private version = 0;
  private readonly changes = new Map<string, number>();
  private written = 0;

  /** @param labelOf The name under which a variable is shown. */
  constructor(private readonly labelOf: (variable: string) => string) {}

  /** The term of this key; made with a free id when it is new. */
  term(key: string, make: () => Omit<Term, 'id'>): Term {
    const known = this.terms.get(key);
    if (known !== undefined) {
      return known;
    }
    const fresh = make();
    const taken = new Set([...this.terms.values()].map(({ id }) => id));
    let id = fresh.name;
    for (let count = 2; taken.has(id); count++) {
      id = `${fresh.name} ${count}`;
    }
    const term = { id, ...fresh, name: id };
    this.terms.set(key, term);
    this.version++;
    return term;
  }

  objective(key: string, make: () => Omit<Objective, 'id'>): Objective {
    const known = this.objectives.get(key);
    if (known !== undefined) {
      return known;
    }
    const objective = { id: `o${this.objectives.size + 1}`, ...make() };
    this.objectives.set(key, objective);
    this.version++;
    return objective;
  }

  learn(objective: string, graph: GraphFacts, tasks: readonly string[]): void {
    const before = this.facts.get(objective);
    this.facts.set(objective, {
      tasks,
      graph,
      zero: before?.zero ?? new Map<string, ReadonlySet<string>>(),
      blocks: before?.blocks ?? new Map<string, readonly CutFact[]>(),
    });
    this.regroup();
    this.version++;
  }

  learnFeatures(objective: string, features: readonly FeatureNorms[]): void {
    this.features.set(objective, features);
    this.version++;
  }

  /** The variables on which a task's gradient is exactly 0 although the tape reaches them. */
  zeros(objective: string, task: string): ReadonlySet<string> {
    return this.facts.get(objective)?.zero.get(task) ?? new Set();
  }

  learnZeros(objective: string, task: string, zero: ReadonlySet<string>, blocks: readonly CutFact[]): void {
    const facts = this.facts.get(objective);
    facts?.zero.set(task, zero);
    facts?.blocks.set(task, blocks);
    const changes = (this.changes.get(task) ?? 0) + 1;
    this.changes.set(task, changes);
    if (changes <= mostChanges) {
      this.version++;
    }
  }

  groupOf(variable: string): string | undefined {
    return this.groupByVariable.get(variable);
  }

  /** A graph line where there is news since the last one. */
  news(step: number): GraphLine | null {
    if (this.written === this.version) {
      return null;
    }
    this.written = this.version;
    const objectives = [...this.facts.values()];
    const paths = pathsOf(objectives, this.groups, this.groupByVariable);
    const cuts: Cut[] = cutEntries(objectives, paths, this.groupByVariable);
    return {
      type: 'graph',
      step,
      terms: [...this.terms.values()],
      objectives: [...this.objectives.values()],
      groups: this.groups,
      paths: paths.map((path): Path => ({ ...path, ...cutsOnPath(path, cuts) })),
      cuts,
      features: [...this.features.values()].flat().map((use) => this.featureUse(use)),
    };
  }

  private featureUse({ of, usedBy, carries, declared, norms }: FeatureNorms): FeatureUse {
    const groups = this.groups.flatMap((group) => {
      const members = [...norms].filter(([name]) => this.groupByVariable.get(name) === group.id);
      const norm = Math.sqrt(members.reduce((sum, [, { all }]) => sum + all, 0));
      const without = Math.sqrt(members.reduce((sum, [, value]) => sum + value.without, 0));
      return members.length === 0 ? [] : [{ group: group.id, norm: toRecorded(norm), without: toRecorded(without) }];
    });
    return { of, usedBy, carries, declared, groups };
  }

  private regroup(): void {
    const byVariable = new Map<string, VariableFact[]>();
    for (const { graph } of this.facts.values()) {
      for (const fact of graph.variables) {
        byVariable.set(fact.name, [...(byVariable.get(fact.name) ?? []), fact]);
      }
    }
    const members = new Map<string, { membership: AnyMembership; facts: VariableFact[] }>();
    this.groupByVariable = new Map();
    const taskOrder = [...this.terms.values()].map(({ id }) => id);
    for (const [name, facts] of byVariable) {
      const membership = unite(facts, taskOrder);
      const id = membership.kind === 'weighting' ? 'weighting' : groupId(membership);
      this.groupByVariable.set(name, id);
      const group = members.get(id) ?? { membership, facts: [] };
      group.facts.push(merged(facts));
      members.set(id, group);
    }
    const onlyShared = [...members.values()].filter(({ membership }) => membership.kind === 'shared').length === 1;
    this.groups = [...members]
      .map(([id, { membership, facts }]) => ({
        id,
        label: label(membership, onlyShared),
        kind: membership.kind,
        tasks: membership.tasks,
        variables: facts.map(({ name, shape, layer, status, onTape }) => ({
          name: this.labelOf(name),
          shape,
          layer: layer ?? (name.includes('/') ? (name.split('/')[0] ?? null) : null),
          status,
          reachedBy: onTape,
        })),
        size: facts.reduce((sum, { size }) => sum + size, 0),
      }))
      .sort((a, b) => rank(a, taskOrder) - rank(b, taskOrder));
  }
}

type AnyMembership = VariableFact['membership'];

/** One membership from every objective that trains the variable, or, where none does, from all that know it. */
function unite(facts: readonly VariableFact[], taskOrder: readonly string[]): AnyMembership {
  const trained = facts.filter(({ status }) => status === 'trained');
  const memberships = (trained.length > 0 ? trained : facts)
    .map(({ membership }) => membership)
    .filter(({ kind }) => kind !== 'unreached');
  const [first] = memberships;
  if (first === undefined) {
    return { kind: 'unreached', tasks: [] };
  }
  if (memberships.every(({ kind }) => kind === 'weighting')) {
    return { kind: 'weighting', tasks: [] };
  }
  const tasks: string[] = [...new Set(memberships.flatMap((membership): readonly string[] => membership.tasks))];
  tasks.sort((a, b) => taskOrder.indexOf(a) - taskOrder.indexOf(b));
  const kind: Membership['kind'] = tasks.length === 1 ? 'tower' : 'shared';
  return { kind, tasks };
}

function merged(facts: readonly VariableFact[]): VariableFact {
  const fact = facts.find(({ status }) => status === 'trained') ?? facts.at(-1);
  if (fact === undefined) {
    throw new Error('A variable without facts cannot be grouped.');
  }
  return { ...fact, onTape: [...new Set(facts.flatMap(({ onTape }) => onTape))] };
}

function label({ kind, tasks }: AnyMembership, onlyShared: boolean): string {
  switch (kind) {
    case 'tower':
      return `${tasks.join()} tower`;
    case 'shared':
      return onlyShared ? 'shared' : `shared by ${tasks.join(', ')}`;
    case 'weighting':
      return 'loss weights';
    case 'unreached':
      return 'unreached';
  }
}

/** Shared groups first, those of most tasks foremost; then the towers in the tasks' order; then the rest. */
function rank({ kind, tasks }: VariableGroup, taskOrder: readonly string[]): number {
  switch (kind) {
    case 'shared':
      return -tasks.length;
    case 'tower':
      return 1 + taskOrder.indexOf(tasks[0] ?? '');
    case 'weighting':
      return 1e6;
    case 'unreached':
      return 1e6 + 1;
  }
}

function cutsOnPath(
  { task, group }: Pick<Path, 'task' | 'group'>,
  cuts: readonly Cut[],
): Pick<Path, 'cuts' | 'declared'> {
  const onPath = cuts.filter(({ pairs }) =>
    pairs.some((pair) => pair.complete && pair.task === task && pair.group === group),
  );
  return { cuts: onPath.map(({ id }) => id), declared: onPath.length > 0 && onPath.every(({ declared }) => declared) };
}
