import type * as Tf from '@tensorflow/tfjs';
import type { StepOrigin } from '../graph/graphRecognition.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import type { StepNumbers } from '../stepContext.ts';
import type { ForwardReadings, ObservedForward } from '../tape/observedForward.ts';

/** A step whose graph is known, while its tape is alive. */
export interface WitnessedStep {
  readonly origin: StepOrigin & StepNumbers;
  readonly forward: ObservedForward;
  readonly graph: SeenGraph;
  /** The graph was read just now. */
  readonly isNew: boolean;
}

/**
 * Looks at steps for facts that are told beside losses and gradients. Most need a graph that is new; what is called at every step does
 * what is dear at the first ones alone.
 */
export interface StepWitness {
  /** At the end of the loss function, while what it made is alive; its graph is not yet known. */
  ended?(forward: ForwardReadings, origin: StepOrigin): void;
  /** The graph was read just now. Before the walk back, which throws where an operation has no gradient. */
  met?(step: WitnessedStep): void;
  /** After that, and at steps whose graph was known. */
  seen?(step: WitnessedStep): void;
  /** After it. @param gradients By variable, in the order of the step's xs; those that the update uses */
  walked?(step: WitnessedStep, gradients: readonly (Tf.Tensor | undefined)[]): void;
}
