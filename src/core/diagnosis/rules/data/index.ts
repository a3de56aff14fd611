import type { Rule } from '../../rule.ts';

/** Labels, predictions and the numbers they make. */
export const DATA_RULES: readonly Rule[] = [];
