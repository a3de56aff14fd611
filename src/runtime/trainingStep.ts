import * as tf from '@tensorflow/tfjs';
import { trainingObserver } from '../core/announcements.ts';
import { clippedByGlobalNorm } from './clipNorm.ts';
import { GroupOptimizers, type MakeOptimizer } from './groupOptimizers.ts';
import { VariableGroups, type GroupSettings, type VariableGroup } from './groups/variableGroups.ts';
import { keptOffTape, lossGraphOf, withoutTapeLeak } from './tape.ts';
import type { TaskLoss, WeightedTask, Weighting } from './weighting/weighting.ts';

export interface StepSettings extends Omit<GroupSettings, 'tasks'> {
  readonly tasks: readonly WeightedTask[];
  readonly optimizer: MakeOptimizer;
  readonly weighting: Weighting;
  /** The global norm that the gradient is clipped to; undefined: it is not. */
  readonly clipNorm: number | undefined;
  /** All variables that may be trained, asked before every step. */
  readonly variables: () => readonly tf.Variable[];
  /** Whether the user chose these variables, so that one that no loss reaches, or a group without any, is a mistake. */
  readonly chosen: boolean;
}

/** What the differentiated function computes. */
export interface ComputedLosses {
  readonly losses: readonly TaskLoss[];
  readonly regularisers: readonly tf.Scalar[];
}

/** A step's scalars, still tensors; the receiver disposes them. */
export interface StepTensors {
  readonly total: tf.Scalar;
  readonly losses: readonly tf.Scalar[];
  readonly regularisers: readonly tf.Scalar[];
}

/** One training step after another: one total on one tape, one gradient, one update per variable group. */
export class TrainingStep {
  readonly #settings: StepSettings;
  readonly #groups: VariableGroups;
  readonly #optimizers: GroupOptimizers;
  #steps = 0;

  constructor(settings: StepSettings) {
    this.#settings = settings;
    this.#groups = new VariableGroups({ ...settings, tasks: settings.tasks.map(({ name }) => name) });
    this.#optimizers = new GroupOptimizers(settings.optimizer);
    if (settings.chosen) {
      this.#groups.checkNamed(settings.variables());
    }
    const { weighting } = settings;
    weighting.start(settings.tasks);
    try {
      this.#groups.addWeighting(weighting.name, weighting.learningRate, weighting.variables);
    } catch (error) {
      weighting.dispose();
      throw error;
    }
  }

  /** Empty before the first step: groups are found on its tape. */
  get groups(): readonly VariableGroup[] {
    return this.#groups.all;
  }

  /**
   * Runs `compute` once under the tape and makes the update. The debugger, if one watches, is told which tensors are
   * the tasks' losses before the gradient begins.
   */
  run(compute: () => ComputedLosses): StepTensors {
    const { weighting } = this.#settings;
    const variables = this.#settings
      .variables()
      .filter(
        (variable) => variable.trainable && !this.#optimizers.owns(variable) && !weighting.variables.includes(variable),
      );
    const shared = { shared: () => variables.filter((variable) => this.#groups.isShared(variable)) };
    const kept: { losses: tf.Scalar[]; regularisers: tf.Scalar[] } = { losses: [], regularisers: [] };
    try {
      const { value, grads } = withoutTapeLeak(() =>
        tf.variableGrads(() => {
          const { losses, regularisers } = compute();
          if (variables.some((variable) => this.#groups.lacks(variable))) {
            this.#groups.assign(variables, lossGraphOf(variables, losses));
          }
          const total = regularisers.reduce<tf.Scalar>(
            (sum, term) => tf.add(sum, term),
            weighting.total(losses, shared),
          );
          trainingObserver()?.tasks(losses, this.#settings.clipNorm);
          kept.losses = losses.map(({ loss }) => keptOffTape(loss));
          kept.regularisers = regularisers.map((term) => keptOffTape(term));
          return total;
        }, [...variables, ...weighting.variables]),
      );
      try {
        this.#update(grads);
      } finally {
        tf.dispose(grads);
      }
      weighting.stepped?.();
      if (this.#steps++ === 0 && this.#settings.chosen) {
        warnUnreached(variables.filter((variable) => this.#groups.lacks(variable)));
      }
      return { total: value, ...kept };
    } catch (error) {
      tf.dispose([kept.losses, kept.regularisers]);
      throw error;
    }
  }

  /** One update per group, after the gradient of all groups together was clipped. */
  #update(gradients: tf.NamedTensorMap): void {
    const { clipNorm } = this.#settings;
    if (clipNorm === undefined) {
      this.#optimizers.apply(this.#groups.all, gradients);
      return;
    }
    const clipped = clippedByGlobalNorm(gradients, clipNorm);
    try {
      this.#optimizers.apply(this.#groups.all, clipped);
    } finally {
      tf.dispose(clipped);
    }
  }

  dispose(): void {
    this.#optimizers.dispose();
    this.#settings.weighting.dispose();
  }
}

function warnUnreached(variables: readonly tf.Variable[]): void {
  if (variables.length > 0) {
    console.warn(
      `mtl-debugger: no task's loss leads to ${variables.map(({ name }) => `'${name}'`).join(', ')}, so training will not change ` +
        `${variables.length === 1 ? 'it' : 'them'}.`,
    );
  }
}
