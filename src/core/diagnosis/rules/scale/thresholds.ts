/** First values of what the rules of this folder decide by, to be calibrated on seeded faults and on healthy runs. */

/** Gradient norms of two tasks where they meet: Chen et al. 2018 ("GradNorm") balance them; ten times is what Taboola's engineers call a gap. */
export const GAP = 10;

/** A task with less of the shared update starves, one with more than the other dominates (Yang et al. 2023, "AdaTask"). */
export const STARVING_SHARE = 0.05;

/** And above this it dominates. */
export const DOMINANT_SHARE = 0.9;

/** Looks on end at which every gradient of a shared group is exactly 0, before its layers are said to be flat for good. */
export const CARRIED_OFF = { looks: 3 } as const;

/** Significance of a trend, two-sided. */
export const FALLS_AT = 0.05;
export const RISES_AT = 0.01;

/** Of its reference, a loss that is lower has been learned: nothing is wrong where it falls no more. */
export const LEARNED = 0.5;

/** A loss that has kept so much of its start has not moved; one that kept less than the second has been learned well. */
export const NOT_MOVED = 0.9;
export const HAS_FALLEN = 0.7;

/** A loss that may, by its interval, have fallen by more than this in the later half of the run is not called standing still. */
export const MAY_FALL = 0.2;

/** A rise counts from this factor on; for a loss that is subtracted from the total, which some are meant to be, from the second. */
export const RISE = 1.2;
export const RISE_OF_SUBTRACTED = 2;

/** Below it, the rise of a loss that has been learned harms nobody yet. */
export const RISE_OF_LEARNED = 2;

/** Part of a gradient's squared norm that is not noise: below, the noise tests of Cockpit (Schneider et al. 2021) speak up. */
export const SIGNAL = 0.1;

/** Cosine of two tasks' gradients, its upper bound (Yu et al. 2020, "Gradient surgery", count any below 0). */
export const CONFLICT = -0.1;

/** Shortest combination of the tasks' unit gradients: below, no step serves all (Désidéri 2012; Sener and Koltun 2018). */
export const TRADE_OFF = 0.05;

/** A loss below 0 that is so many times its start in size, and so many times that of the middle of the run, has no lowest value. */
export const RUNAWAY = { whole: 100, later: 2 } as const;

/** Steps before anything is said of a loss that does not fall, or rises. */
export const STEPS_TO_FALL = 100;
export const STEPS_TO_RISE = 30;

/** Looks at gradients that a statement on them rests on, at least. */
export const LOOKS = 10;

/** Log variances of uncertainty weighting this far from their optimum are still on their way: a factor of 1.65 in the weight. */
export const LAG = 0.5;
