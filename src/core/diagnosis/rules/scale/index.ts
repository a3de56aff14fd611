import type { Rule } from '../../rule.ts';

/** How the tasks' losses and gradients stand to each other, and how the tasks fare. */
export const SCALE_RULES: readonly Rule[] = [];
