import type { RecordedNumber } from '../recorded.ts';

/** Facts of what the script asked tfjs for. */
export interface OptionFacts {
  /**
   * An option that tfjs takes and does not use: `lossWeights` of compile, a `learningRate` assigned to SGD or Momentum.
   * `tasks`: the model's outputs that were given another weight than 1. `inForce`: the rate that goes on.
   */
  readonly ignoredOption: {
    readonly option: 'lossWeights' | 'learningRate';
    readonly given: string;
    readonly inForce: RecordedNumber | null;
    readonly tasks: readonly string[];
  };
  /**
   * A training call validates a model of several outputs, and tfjs gives the figures wrong names. `monitor`: the figure that `callback`
   * watches, or `val_loss` where none watches one (`callback` is null); `means`: the figures that it truly is, in tfjs's names
   * without `val_`; `others`: the same of all other figures, `val_a_loss = a_loss + b_loss`. `tasks`: the model's outputs.
   * `position`: where the callback was made; else, of the training call.
   */
  readonly monitor: {
    readonly callback: string | null;
    readonly monitor: string;
    readonly means: string;
    readonly others: readonly string[];
    readonly tasks: readonly string[];
  };
  /** A seeded dropout layer, which draws the same mask at every step. */
  readonly repeatedDropout: { readonly seed: number; readonly rate: RecordedNumber };
  /**
   * An optimizer that moved weights for an objective, and where it was made: `position` of the call of `tf.train.adam`, or of compile
   * where that was given a name. `groups`: those that it moves.
   */
  readonly optimizer: {
    readonly name: string;
    readonly learningRate: RecordedNumber | null;
    readonly named: boolean;
    readonly groups: readonly string[];
  };
  /** An optimizer applied the moments of one variable to another. `position`: of the update. */
  readonly mixedMoments: {
    readonly optimizer: string;
    readonly owner: string;
    readonly variable: string;
    readonly slot: number;
  };
  /**
   * An objective without a list of variables moves what another one has in its list, in turn with it. `other`: that objective;
   * `models`: whose variables they are, empty where they are of no model that is not the objective's own.
   */
  readonly foreignVariables: {
    readonly other: string;
    readonly models: readonly string[];
    readonly variables: readonly string[];
  };
}
