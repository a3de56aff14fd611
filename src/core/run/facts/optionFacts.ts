import type { RecordedNumber } from '../record.ts';

/** Facts of what the script asked tfjs for. */
export interface OptionFacts {
  /** An option that tfjs takes and does not use: `lossWeights` of compile, an assigned `learningRate` of SGD or Momentum. */
  readonly ignoredOption: {
    readonly option: 'lossWeights' | 'learningRate';
    readonly given: string;
    readonly inForce: RecordedNumber | null;
  };
  /** A callback watches a figure of the validation that tfjs gives a wrong name to. `means`: what the figure truly is. */
  readonly monitor: { readonly callback: string; readonly monitor: string; readonly means: string };
  /** A seeded dropout layer that drew the same mask again. */
  readonly repeatedDropout: { readonly seed: number };
  /** Where an optimizer was made. */
  readonly optimizer: { readonly name: string; readonly learningRate: RecordedNumber | null };
  /** An update moved variables of a model that the objective does not run. */
  readonly foreignVariables: { readonly model: string; readonly variables: readonly string[] };
}
