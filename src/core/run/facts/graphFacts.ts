import type { LossForm } from '../../graph/lossForm.ts';
import type { RecordedNumber } from '../recorded.ts';

/** Facts of the model and its tape. */
export interface GraphFacts {
  /**
   * A layer that takes part in training, and where the script made it: `layer` and `position` of the line. `model`: whose it is,
   * where one model was run.
   */
  readonly layerMade: { readonly kind: string; readonly activation: string | null; readonly model: string | null };
  /**
   * Units of a kernel that were all alike (or all 0) before the first update, and whose gradients are all alike (or all 0) too, so
   * that training cannot tell them apart. `layer` and `position` are those of the layer, or of the variable where it has none.
   */
  readonly symmetry: {
    readonly variable: string;
    readonly values: 'zero' | 'equalUnits';
    readonly gradient: 'zero' | 'equalUnits';
    readonly units: number;
    /** Steps at which it was seen to be so. */
    readonly steps: number;
  };
  /** How a task's loss holds its prediction against the target, where that is one of the usual forms. `position`: of the task. */
  readonly lossForm: { readonly form: LossForm };
  /** A function of the script computes a task's loss for fit or the library; `op` and `position`: what it computes last. */
  readonly ownLoss: { readonly op: string };
  /**
   * The trained kernels on a task's way to its loss: `first` lies furthest from it, `last` nearest, `count` of them. `StepLine.kernels`
   * has the gradients of these two. `widest`: the one with the largest `gain` before the first update, the standard deviation of its
   * values times the root of how many inputs a unit adds up (He's start has 1.4). `layer` and `position` are those of the widest.
   */
  readonly kernels: {
    readonly first: string;
    readonly last: string;
    readonly count: number;
    readonly widest: string;
    readonly gain: RecordedNumber;
  };
  /**
   * An activation or a gate that step lines know by its layer, `op` and `index`; `kernel`: whose units it has. `experts`: what a gate
   * weighs, in its order, where that can be told. `position`: where the op stands, or the layer was made.
   */
  readonly units: {
    readonly op: string;
    readonly index: number;
    readonly kernel: string | null;
    readonly experts: readonly string[] | null;
  };
  /** The loss has the activation in it that the model ends with: a softmax on probabilities. */
  readonly doubleActivation: { readonly activation: string; readonly loss: string };
  /** A declared stop-gradient that another path goes around; `position`: where that path leaves the tower. */
  readonly brokenStop: { readonly of: string; readonly op: string };
  /** A layer, or variables without one, whose values are computed in a step and lead to no loss. `position`: what was computed last. */
  readonly unusedOutput: { readonly output: string; readonly variables: readonly string[] };
  /**
   * Variables that lead to a loss and are not trained: `trainable` is false, or they are left out of the list. Of a layer, or of
   * none. `untouched`: those that still have the values that they were made with: not loaded, not trained before.
   * `position`: where `trainable` was set to false.
   */
  readonly untrained: {
    readonly why: 'frozen' | 'notListed';
    readonly variables: readonly string[];
    readonly untouched: readonly string[];
  };
  /** Heads whose losses differ in rank: `fit` adds them before it averages. */
  readonly lossRanks: { readonly tasks: readonly string[]; readonly shapes: readonly string[] };
  /** Tensors that were made in a step and are still there steps later; `position`: where they are made. */
  readonly tensorLeak: {
    readonly op: string;
    readonly perStep: RecordedNumber;
    readonly bytesPerStep: RecordedNumber;
    /** By how many the number of all tensors grows at each step. */
    readonly growth: RecordedNumber;
  };
  /**
   * Of the loss along the step d that the optimizer took, in a group's variables: `slope` <g, d>, `bend` <g' - g, d> with g' the gradient
   * on the same batch when this group alone has stepped; `alpha` = bend / -slope - 1 (Cockpit, 2021).
   */
  readonly curvature: {
    readonly group: string;
    readonly slope: RecordedNumber;
    readonly bend: RecordedNumber;
    readonly alpha: RecordedNumber;
  };
}
