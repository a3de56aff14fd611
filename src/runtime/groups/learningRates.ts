import type { Membership } from '../../core/graph/groups.ts';
import { checkRate, listed, MtlConfigurationError } from '../configuration.ts';

/**
 * One rate for everything, or a rate per variable group: `shared` for the trunk, the task's name for each task's tower,
 * and the name of each group of your own. Where several sets of tasks share variables, `shared(a+b)` (tasks in
 * alphabetical order) names one of them and `shared` the others.
 */
export type LearningRates<Task extends string = string, Group extends string = string> =
  number | Readonly<Partial<Record<Task | Group | 'shared' | `shared(${string})`, number>>>;

/** Names that mean something else in `learningRates`. */
const RESERVED = ['shared', 'uncertainty', 'unreached'];

/** Looks up rates by group, and knows which of the given ones were never asked for. */
export class RateTable {
  readonly #rates: number | ReadonlyMap<string, number>;
  readonly #used = new Set<string>();

  constructor(learningRates: LearningRates, tasks: readonly string[], namedGroups: readonly string[]) {
    checkNames(tasks, namedGroups);
    if (typeof learningRates === 'number') {
      checkRate('learningRates', learningRates);
      this.#rates = learningRates;
      return;
    }
    const rates = new Map<string, number>();
    for (const [key, rate] of Object.entries(learningRates)) {
      if (rate === undefined) {
        continue;
      }
      const known = key === 'shared' || tasks.includes(key) || namedGroups.includes(key) || isSharedBy(key, tasks);
      if (!known) {
        throw new MtlConfigurationError(
          `learningRates has an unknown key '${key}'. Valid: ${listed(['shared', ...tasks, ...namedGroups])}` +
            `${tasks.length > 2 ? `, or shared(...) with task names, as in 'shared(${[...tasks].sort().slice(0, 2).join('+')})'` : ''}.`,
        );
      }
      checkRate(`learningRates.${key}`, rate);
      rates.set(key, rate);
    }
    this.#rates = rates;
    for (const group of namedGroups) {
      this.ofNamed(group);
    }
  }

  /** The rate of a group of the user's own. */
  ofNamed(group: string): number {
    return this.#lookUp([group], `the group '${group}'`);
  }

  /** The rate of a group that was found on the tape; `example` is one of its variables, for the message. */
  of({ kind, tasks }: Membership, example: string): number {
    const keys = kind === 'tower' ? tasks : [`shared(${[...tasks].sort().join('+')})`, 'shared'];
    const what =
      kind === 'tower' ? `the tower of task '${tasks.join()}'` : `variables shared by ${tasks.join(' and ')}`;
    return this.#lookUp(keys, `${what} (such as '${example}')`);
  }

  /** The rate for a weighting's own variables, where the weighting names none. */
  ofWeighting(name: string): number {
    const rate = typeof this.#rates === 'number' ? this.#rates : this.#rates.get('shared');
    if (rate === undefined) {
      throw new MtlConfigurationError(
        `${name}() needs a learning rate: learningRates has none for 'shared' to use. Write ${name}({ learningRate: ... }).`,
      );
    }
    return rate;
  }

  /** Throws if a rate was given for a group that has no variable. Call it once all groups are known. */
  checkAllUsed(groups: readonly string[]): void {
    if (typeof this.#rates === 'number') {
      return;
    }
    for (const key of this.#rates.keys()) {
      if (!this.#used.has(key)) {
        throw new MtlConfigurationError(
          `learningRates.${key} matches no variable: ${key.startsWith('shared') ? 'no variable is shared that way' : `no variable belongs to '${key}' alone`}. ` +
            `Groups of this model: ${listed(groups)}.`,
        );
      }
    }
  }

  #lookUp(keys: readonly string[], what: string): number {
    if (typeof this.#rates === 'number') {
      return this.#rates;
    }
    for (const key of keys) {
      const rate = this.#rates.get(key);
      if (rate !== undefined) {
        this.#used.add(key);
        return rate;
      }
    }
    throw new MtlConfigurationError(
      `learningRates has no rate for ${what}. Add ${listed([...keys].reverse())}; given: ${listed(this.#rates.keys())}.`,
    );
  }
}

function checkNames(tasks: readonly string[], namedGroups: readonly string[]): void {
  const taken = tasks.find((task) => RESERVED.includes(task));
  if (taken !== undefined) {
    throw new MtlConfigurationError(
      `A task cannot be called '${taken}': learningRates gives that name a meaning of its own.`,
    );
  }
  const clash = namedGroups.find(
    (group) => RESERVED.includes(group) || tasks.includes(group) || isSharedBy(group, tasks),
  );
  if (clash !== undefined) {
    throw new MtlConfigurationError(
      `groups.${clash} is the name of a group that every model has or may have. ` +
        `Choose another than ${listed([...RESERVED, ...tasks])}.`,
    );
  }
}

function isSharedBy(key: string, tasks: readonly string[]): boolean {
  const sharers = /^shared\((.*)\)$/.exec(key)?.[1]?.split('+');
  return sharers !== undefined && sharers.length > 1 && sharers.every((task) => tasks.includes(task));
}
