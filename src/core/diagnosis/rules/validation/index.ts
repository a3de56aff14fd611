import type { Rule } from '../../rule.ts';

/** Where training starts and how it ends, and what watches it. */
export const VALIDATION_RULES: readonly Rule[] = [];
