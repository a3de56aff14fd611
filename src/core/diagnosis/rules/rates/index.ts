import type { Rule } from '../../rule.ts';
import { exploding } from './exploding.ts';
import { gateCollapse } from './gateCollapse.ts';
import { overshoot } from './overshoot.ts';
import { rateTooHigh } from './rateTooHigh.ts';
import { rateTooLow } from './rateTooLow.ts';
import { dyingUnits, saturation } from './unitRules.ts';
import { vanishing } from './vanishing.ts';

/** Units, rates and sizes of updates. */
export const RATES_RULES: readonly Rule[] = [
  exploding,
  rateTooHigh,
  overshoot,
  dyingUnits,
  saturation,
  vanishing,
  rateTooLow,
  gateCollapse,
];
