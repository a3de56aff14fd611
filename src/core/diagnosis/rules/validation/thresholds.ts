/** First values, each from the source that is named; to be calibrated on seeded faults and on healthy runs. */

/** A loss that had grown this many times over before it stopped being finite was running away. */
export const RUNAWAY = 100;

/** (validation - training) / training of a task that overfits. Amazon SageMaker Debugger, Overfit: ratio_threshold 0.1. */
export const OVERFIT_GAP = 0.1;

/** Validations in a row that must show it. */
export const OVERFIT_PATIENCE = 3;

/** The part of its lowest value by which the validation loss must have risen, and the part of all it had gained that it must have lost. */
export const OVERFIT_RISE = 0.1;

/** How many times the usual difference between two validations the rise must be: less may be the steps' own noise. */
export const OVERFIT_CLEAR = 3;
