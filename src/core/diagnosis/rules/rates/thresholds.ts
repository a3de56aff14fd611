/** First values, each with its source; to be calibrated on seeded faults and healthy runs. */

/**
 * Size of an update over size of the weights, per group: what lies outside is too small or too large (TheDeepChecker, 2022: 1e-4 and
 * 1e-1). Small networks under a rate of a thousandth come to 2e-4, and none that learned was below 4e-4 for long: with a loss that
 * falls too slowly beside it, the lower bound is a little higher.
 */
export const UPDATE_RATIO = { low: 3e-4, high: 1e-1 } as const;

/** A group is judged from so many looks on. */
export const FEWEST_LOOKS = 5;

/** Too low a rate is told from so many steps on: before that nothing has had the time to fall. */
export const FEWEST_STEPS = 50;

/** A task that has lost this part of its first loss is learning: its rate is small and sufficient. */
export const FALLEN = 0.2;

/** A loss that needs more than so many runs as long as this one to come down to half is far from done. */
export const RUNS_TO_HALF = 5;

/** Of the slope of the first half: a loss that has slowed down below it is near its end, however little it fell. */
export const SLOWED_TO = 0.3;

/** Significance of a rise or fall. */
export const SIGNIFICANT = 0.01;

/** A loss so many times the first one has jumped: batches do not differ as much. */
export const JUMP = 10;

/** Ratio between the 90th and the 10th percentile of a loss that goes to and fro. */
export const SWING = 10;

/** A loss below this part of the first one may go to and fro: there is next to nothing left of it. */
export const NEARLY_ALL = 0.01;

/** Gradient norm of the first kernel over that of the last (AutoTrainer, 2021). */
export const KERNEL_RATIO = { vanishing: 1e-3, exploding: 70 } as const;

/** And the first is this small (AutoTrainer, 2021). */
export const VANISHED = 1e-4;

/** A gradient that grows by more than this from window to window (TheDeepChecker, 2022), for so many windows on end. */
export const GROWTH = { perWindow: 2, windows: 3 } as const;

/** Windows that a run's looks are gathered in for that. */
export const WINDOWS = 8;

/**
 * Standard deviation of a kernel times the root of its inputs. He's start has 1.4, Glorot's 1 to 1.4: from 5 up, layer after layer
 * multiplies what it is given.
 */
export const GAIN = 5;

/** A first loss so many times what the run came down to is no start but a long way back. */
export const FAR_OFF = 30;

/** Part of a layer's units at 0 on all of 500 samples or more (SageMaker Debugger; AutoTrainer). */
export const DEAD = { warning: 0.2, error: 0.5 } as const;

/** Part of the values whose pre-activation is beyond 5 in size (DeepDiagnosis, 2022). */
export const SATURATED = 0.5;

/**
 * Part of the rows whose gate has an entropy below 0.05 of the largest (practice with MMoE: 0.9). Three experts under logits times 50 come to
 * 0.89 to 0.93, gates that learned to 0.1 at most.
 */
export const COLLAPSED = 0.75;

/** Excess of a step over the one that is best along its direction, on the quadratic through slope and curvature (Cockpit, 2021). */
export const OVERSHOOT = 0.8;

/** A task that has kept more than this part of its first loss may well lack the units that are dead. */
export const KEPT = 0.5;
