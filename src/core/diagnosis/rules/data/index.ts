import type { Rule } from '../../rule.ts';
import { broadcastLoss } from './broadcastLoss.ts';
import { classId } from './classId.ts';
import { doubleActivation } from './doubleActivation.ts';
import { labelLeakage } from './labelLeakage.ts';
import { constantLabels, nonFiniteLabels } from './labels.ts';
import { lossRanks } from './lossRanks.ts';
import { sparseLabels } from './sparseLabels.ts';

/** Labels, predictions and the numbers they make. */
export const DATA_RULES: readonly Rule[] = [
  nonFiniteLabels,
  classId,
  broadcastLoss,
  lossRanks,
  constantLabels,
  labelLeakage,
  sparseLabels,
  doubleActivation,
];
