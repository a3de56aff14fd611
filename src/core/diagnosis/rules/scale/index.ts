import type { Rule } from '../../rule.ts';
import { lossScale } from './lossScale.ts';
import { risingLoss } from './risingLoss.ts';
import { stalledTask } from './stalledTask.ts';
import { starvingTask } from './starvingTask.ts';

/** How the tasks' losses and gradients stand to each other, and how the tasks fare. */
export const SCALE_RULES: readonly Rule[] = [lossScale, starvingTask, risingLoss, stalledTask];
