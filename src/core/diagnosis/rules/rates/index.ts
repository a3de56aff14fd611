import type { Rule } from '../../rule.ts';

/** Units, rates and sizes of updates. */
export const RATES_RULES: readonly Rule[] = [];
