import type { Rule } from '../rule.ts';

/** Every rule there is. `diagnose` puts them into causal order. */
export const RULES: readonly Rule[] = [];
