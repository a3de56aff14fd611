import type * as tf from '@tensorflow/tfjs';
import { groupId, groupVariables } from '../../core/graph/groups.ts';
import type { LossGraph } from '../../core/graph/lossGraph.ts';
import { MtlConfigurationError } from '../configuration.ts';
import { RateTable, type LearningRates } from './learningRates.ts';
import { groupByName, type NamedGroups } from './namedGroups.ts';

/** Variables that are trained together, by one optimizer at one rate. */
export interface VariableGroup {
  /** `shared(click+dwell)`, `tower(click)`, the name of a group of the user's own, or `uncertainty`. */
  readonly id: string;
  readonly learningRate: number;
  /** Names, in the order in which the optimizer keeps their moments: it never changes, new ones come last. */
  readonly variables: readonly string[];
}

export interface GroupSettings {
  readonly tasks: readonly string[];
  readonly learningRates: LearningRates;
  readonly groups?: NamedGroups;
}

/**
 * Sorts variables into groups: first the user's own groups, then by dominance on the tape of the step in which a
 * variable is first reached. Once in a group, a variable stays there, whatever later graphs look like.
 */
export class VariableGroups {
  readonly #rates: RateTable;
  readonly #named: NamedGroups;
  readonly #groups = new Map<string, { id: string; learningRate: number; variables: string[] }>();
  readonly #groupOf = new Map<string, string>();
  readonly #shared = new Set<string>();
  #started = false;

  constructor({ tasks, learningRates, groups = {} }: GroupSettings) {
    this.#named = groups;
    this.#rates = new RateTable(learningRates, tasks, Object.keys(groups));
  }

  get all(): readonly VariableGroup[] {
    return [...this.#groups.values()];
  }

  /** Throws if a group of the user's own fits none of these variables, or two fit the same. */
  checkNamed(variables: readonly tf.Variable[]): void {
    groupByName(this.#named, variables, true);
  }

  lacks({ name }: tf.Variable): boolean {
    return !this.#groupOf.has(name);
  }

  /** Whether several tasks share it, whatever group of the user's own it is in. */
  isShared({ name }: tf.Variable): boolean {
    return this.#shared.has(name);
  }

  /** A group for a weighting's own variables, which no task's loss reaches. */
  addWeighting(name: string, rate: number | undefined, variables: readonly tf.Variable[]): void {
    for (const variable of variables) {
      this.#add(name, variable.name, () => rate ?? this.#rates.ofWeighting(name));
    }
  }

  /**
   * Puts every variable that a loss reaches into a group.
   * @param variables all that may be trained. @param graph the tape of a step, holding all of them.
   */
  assign(variables: readonly tf.Variable[], graph: LossGraph): void {
    const first = !this.#started;
    const { membership, reachedBy } = groupVariables(graph);
    const reached = variables.filter(({ name }) => (reachedBy.get(name) ?? []).length > 0);
    if (first && reached.length === 0) {
      throw new MtlConfigurationError(
        `No variable leads to the losses of ${graph.losses.map(({ task }) => `'${task}'`).join(', ')}. ` +
          'Compute them from trainable variables, inside the function given to step(), with ops that have a gradient.',
      );
    }
    const named = groupByName(this.#named, variables, first);
    for (const { name } of reached) {
      const group = named.get(name);
      const member = membership.get(name);
      if (member?.kind === 'shared') {
        this.#shared.add(name);
      }
      if (group !== undefined) {
        this.#add(group, name, () => this.#rates.ofNamed(group));
      } else if (member !== undefined) {
        this.#add(groupId(member), name, () => this.#rates.of(member, name));
      }
    }
    if (first) {
      this.#rates.checkAllUsed(this.all.map(({ id }) => id));
      this.#started = true;
    }
  }

  #add(id: string, variable: string, rate: () => number): void {
    if (this.#groupOf.has(variable)) {
      return;
    }
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { id, learningRate: rate(), variables: [] };
      this.#groups.set(id, group);
    }
    group.variables.push(variable);
    this.#groupOf.set(variable, id);
  }
}
