import type { Rule } from '../rule.ts';
import { CUT_RULES } from './cutRules.ts';
import { frozenGroup, notListed } from './excludedGroups.ts';
import { cut, zero } from './pathRules.ts';

/** Every rule there is. `diagnose` puts them into causal order. */
export const RULES: readonly Rule[] = [...CUT_RULES, cut, zero, notListed, frozenGroup];
