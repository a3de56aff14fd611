/** How much of a step's gradients is told apart by task: nothing; where the tasks first meet; everything. */
export type Depth = 'losses' | 'shallow' | 'deep';

/** How a training step is, or was, looked at. Its losses are read at every step. */
export interface StepWatch {
  readonly depth: Depth;
  /** The gradients of two halves of its batch are told apart as well. */
  readonly halves: boolean;
}

/** What is told of a step after it was made. Times are in milliseconds. */
export interface StepTimes {
  /** From the start of this step to the start of the next one: with its data, its update and the script's own code. */
  readonly whole: number;
  /** Of it, the forward and backward passes, without `facts`: what an observed step makes longer. */
  readonly gradients: number;
  /** What watching did besides, at the update, without `facts`. */
  readonly beside: number;
  /** Of `gradients`, what reading the losses took: spent at every step. */
  readonly reading: number;
  /** What it took to look for facts of the data, the layers and the curvature: nothing at most steps. */
  readonly facts: number;
}

/** Decides how training steps are looked at. A site is a place that trains: the same function, optimizer and variables. */
export interface StepSchedule {
  /** Called at the start of each step of a site. */
  next(site: string): StepWatch;
  /** An observed step of the site belonged to this objective. */
  note(site: string, objective: string): void;
  /** How a step was looked at in the end, and how long it took. */
  took(site: string, watch: StepWatch, times: StepTimes): void;
  /** Whether gradients are looked at at all: where they are, a jump of the loss is looked at whatever the schedule says. */
  readonly watchesGradients: boolean;
  /** Measured cost of all observation so far, as a fraction of the time that training takes without; null before it is known. */
  readonly overhead: number | null;
}

/** The losses and nothing else. */
export const LOSSES_ALONE: StepWatch = { depth: 'losses', halves: false };
