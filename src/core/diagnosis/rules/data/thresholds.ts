/**
 * Rows of targets that must be the same. At one positive in fifty, 200 rows without any come up in 2 % of runs, and the finding goes
 * with the first row that differs.
 */
export const CONSTANT_ROWS = 200;

/** Rows over which an input must go with a target, and Pearson's r: independent columns reach it in no run that can be made. */
export const LEAK_ROWS = 50;
export const LEAK_CORRELATION = 0.999;
/** Different targets among them, where those are no whole numbers. */
export const LEAK_DISTINCT = 10;

/** Rows that must have been looked at before it is said that few teach. */
export const SPARSE_ROWS = 100;
/** A task is taught by few rows where the share of those that teach it is below this, */
export const SPARSE_SHARE = 0.1;
/** and another task is taught by so many times more. */
export const SPARSE_TIMES = 5;
/** Targets that are no class ids, of which so large a part is one and the same number: it stands for a label that is missing. */
export const STAND_IN_SHARE = 0.9;
