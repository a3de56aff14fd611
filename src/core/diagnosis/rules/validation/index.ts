import type { Rule } from '../../rule.ts';
import { coldStart } from './coldStart.ts';
import { nonFinite } from './nonFinite.ts';
import { noSignal } from './noSignal.ts';
import { overfit } from './overfit.ts';
import { validationName } from './validationName.ts';

/** Where training starts and how it ends, and what watches it. */
export const VALIDATION_RULES: readonly Rule[] = [nonFinite, validationName, coldStart, noSignal, overfit];
