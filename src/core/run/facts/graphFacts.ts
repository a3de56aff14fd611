import type { RecordedNumber } from '../record.ts';

/** Facts of the model and its tape. */
export interface GraphFacts {
  /** A layer and where it was made: `layer` and `position` of the line. */
  readonly layerMade: { readonly kind: string; readonly activation: string | null; readonly model: string | null };
  /** Units of a kernel that are all alike (or all 0), so that training cannot tell them apart. */
  readonly symmetry: {
    readonly variable: string;
    readonly values: 'zero' | 'constant' | 'equalUnits';
    readonly units: number;
  };
  /** The loss has the activation in it that the model ends with: a softmax on probabilities. */
  readonly doubleActivation: { readonly activation: string; readonly loss: string };
  /** A declared stop-gradient that another path goes around. */
  readonly brokenStop: { readonly of: string; readonly around: readonly string[] };
  /** Outputs of a model that no loss uses. */
  readonly unusedOutput: { readonly output: string; readonly variables: readonly string[] };
  /** Heads whose losses differ in rank: `fit` adds them before it averages. */
  readonly lossRanks: { readonly tasks: readonly string[]; readonly shapes: readonly string[] };
  /** Tensors that were made in a step and are still there steps later. */
  readonly tensorLeak: { readonly op: string; readonly perStep: RecordedNumber };
  /** Curvature of a group along the step that the optimizer takes: of the loss along -update. */
  readonly curvature: {
    readonly group: string;
    readonly slope: RecordedNumber;
    readonly bend: RecordedNumber;
    readonly alpha: RecordedNumber;
  };
}
