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

/** How many times what an untrained task should lose a task loses at its first step. TheDeepChecker (H. Ben Braiek, F. Khomh, 2023). */
export const COLD_START = 2;

/** Fewer steps do not tell a plateau. */
export const PLATEAU_STEPS = 100;

/** Loss on the plateau over that of the best constant prediction: below, something was learned; above, it is still on its way. */
export const PLATEAU: readonly [low: number, high: number] = [0.9, 1.25];

/** A plateau falls by less than this part over the second half of the run. */
export const PLATEAU_FALL = 0.05;

/** On a plateau this near to the constant prediction nothing was learned, whatever else is known. */
export const PLATEAU_SURE = 0.97;

/** From so many validation rows, a correlation of predictions with labels has a standard error of 0.1: from fewer, a weak one may not be seen. */
export const VALIDATION_ROWS = 100;

/** When another task has halved its loss, one without signal still has this part of the constant prediction's. */
export const BEHIND = 0.85;

/** A loss below this part of the constant prediction's is understood, or else learned by heart. */
export const HALF = 0.5;

/** A task whose loss has fallen by this part, and tends downwards, is learning. */
export const LEARNING_FALL = 0.3;

/** Update over weights below which a group hardly moves. TheDeepChecker: log10 of the ratio in [-4, -1]. */
export const MOVES = 1e-4;

/**
 * Product of the gradients of two halves of a batch over the squared norm of the whole one's: 1 without noise, 0 where only noise is left.
 * Cockpit (F. Schneider, F. Dangel, P. Hennig, 2021) has such a test; this value is a first guess.
 */
export const HALVES_AGREE = 0.3;

/** Halves that say something. */
export const FEWEST_HALVES = 5;

/**
 * The same on the way to half the loss: where its interval ends below this, there was little in common. That there was any must not be told
 * from chance either. Chosen by the records of the seeded faults' calibration models (seeds 1 to 20), looked through by hand: the interval
 * ended at 0.19 at most for shuffled labels, and at 0.33 at least for healthy tasks that another one had left behind; 22 of 22 of the first
 * reached down to 0, and 1 of 5 of the second. How that does elsewhere is in docs/faults.md.
 */
export const HALVES_DISAGREE = 0.2;
