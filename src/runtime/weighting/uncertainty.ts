import * as tf from '@tensorflow/tfjs';
import { checkRate, MtlConfigurationError } from '../configuration.ts';
import { sum, times } from './fixedWeights.ts';
import type { TaskLoss, WeightedTask, Weighting } from './weighting.ts';

export interface UncertaintyOptions {
  /** Where every s starts; 0 leaves the tasks' own weights as they are. */
  readonly initial?: number;
  /** For s; default: the rate of the shared trunk. Under Adam s moves by at most this much a step. */
  readonly learningRate?: number;
}

/** Uncertainty weighting, and what it has learnt so far. */
export interface UncertaintyWeighting extends Weighting {
  /** By task: s, the log variance. Its optimum for a loss that stays at L is ln(weight · L). */
  logVariances(): Record<string, number>;
  /** By task: σ = √(exp(s) / weight), the task's noise in the unit of its target if its loss is a mean squared error. */
  sigmas(): Record<string, number>;
}

/**
 * Homoscedastic uncertainty weighting (A. Kendall, Y. Gal, R. Cipolla: Multi-Task Learning Using Uncertainty to Weigh
 * Losses, CVPR 2018), in the form of its authors' code: total = Σ exp(−s) · weight · loss + s, one trained s per task.
 * No factor ½, and s is not clipped. The total may well be negative: at the optimum a task adds 1 + ln(weight · L).
 *
 * Its variables are called `uncertainty/<task>` and trained by an optimizer of their own. A weight of 1 (the default)
 * is the paper's method; another one is where the weighting starts from.
 *
 * @example
 * const weighting = uncertainty();
 * const mtl = compileMultiTask(model, { tasks, optimizer, learningRates: 1e-3, weighting });
 * await mtl.fit(x, y, { epochs: 100 });
 * console.log(weighting.sigmas()); // { click: 0.42, dwell: 8.6 }
 */
export function uncertainty(options: UncertaintyOptions = {}): UncertaintyWeighting {
  const { initial = 0, learningRate } = options;
  if (!Number.isFinite(initial)) {
    throw new MtlConfigurationError(`uncertainty({ initial }) is ${initial}. It must be a finite number; 0 is usual.`);
  }
  if (learningRate !== undefined) {
    checkRate('uncertainty({ learningRate })', learningRate);
  }
  return new Uncertainty(initial, learningRate);
}

class Uncertainty implements UncertaintyWeighting {
  readonly name = 'uncertainty';
  readonly learningRate: number | undefined;
  readonly #initial: number;
  readonly #tasks = new Map<string, { weight: number; s: tf.Variable<tf.Rank.R0> }>();
  #started = false;

  constructor(initial: number, learningRate: number | undefined) {
    this.#initial = initial;
    this.learningRate = learningRate;
  }

  get variables(): readonly tf.Variable[] {
    return [...this.#tasks.values()].map(({ s }) => s);
  }

  start(tasks: readonly WeightedTask[]): void {
    if (this.#started) {
      throw new MtlConfigurationError(
        'This uncertainty() already serves another model. Call uncertainty() once for each: it holds the trained s of its tasks.',
      );
    }
    for (const { name, weight } of tasks) {
      if (weight === 0) {
        throw new MtlConfigurationError(
          `The weight of task '${name}' is 0, so uncertainty() has no loss to learn its s from. Leave the task out, or give it a weight above 0.`,
        );
      }
    }
    this.#started = true;
    for (const { name, weight } of tasks) {
      const s = tf.tidy(() => tf.variable(tf.scalar(this.#initial), true, freeName(`uncertainty/${name}`)));
      this.#tasks.set(name, { weight, s });
    }
  }

  total(losses: readonly TaskLoss[]): tf.Scalar {
    return sum(
      losses.flatMap(({ name, loss }) => {
        const { weight, s } = this.#of(name);
        return [tf.mul<tf.Scalar>(times(loss, weight), tf.exp(tf.neg(s))), s];
      }),
    );
  }

  logVariances(): Record<string, number> {
    return this.#read((s) => s);
  }

  sigmas(): Record<string, number> {
    return this.#read((s, weight) => Math.sqrt(Math.exp(s) / weight));
  }

  dispose(): void {
    tf.dispose([...this.variables]);
    this.#tasks.clear();
    this.#started = false;
  }

  #read(value: (s: number, weight: number) => number): Record<string, number> {
    return Object.fromEntries([...this.#tasks].map(([name, { s, weight }]) => [name, value(s.arraySync(), weight)]));
  }

  #of(task: string): { weight: number; s: tf.Variable<tf.Rank.R0> } {
    const known = this.#tasks.get(task);
    if (known === undefined) {
      throw new MtlConfigurationError(`uncertainty() was not started for task '${task}'.`);
    }
    return known;
  }
}

/** tfjs refuses a second variable of the same name, as a second model in the same program would make it. */
function freeName(name: string): string {
  const { registeredVariables } = tf.engine();
  for (let i = 0; ; i++) {
    const candidate = i === 0 ? name : `${name}_${i}`;
    if (!(candidate in registeredVariables)) {
      return candidate;
    }
  }
}
