import type { Rule } from '../../rule.ts';
import { conflict } from './conflict.ts';
import { lossScale } from './lossScale.ts';
import { noise } from './noise.ts';
import { risingLoss } from './risingLoss.ts';
import { stalledTask } from './stalledTask.ts';
import { starvingTask } from './starvingTask.ts';
import { tradeOff } from './tradeOff.ts';
import { uncertaintyLag } from './uncertaintyLag.ts';

/** How the tasks' losses and gradients stand to each other, and how the tasks fare. */
export const SCALE_RULES: readonly Rule[] = [
  lossScale,
  starvingTask,
  noise,
  conflict,
  tradeOff,
  risingLoss,
  stalledTask,
  uncertaintyLag,
];
