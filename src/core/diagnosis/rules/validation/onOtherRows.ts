import { toNumber } from '../../../run/numbers.ts';
import type { Term } from '../../../run/record.ts';
import type { RunView } from '../../runView.ts';
import type { ConstantLoss } from './constantLoss.ts';
import { OVERFIT_PATIENCE } from './thresholds.ts';
import { validatedEpochs } from './validatedEpochs.ts';

/** How a task has done on the validation data. */
export interface Elsewhere {
  /** Its lowest loss, in means over `OVERFIT_PATIENCE` validations in a row, over that of the best constant prediction there. */
  readonly lowest: number;
  /** That constant's loss is of the validation labels; else of the training labels, from which those of few rows differ. */
  readonly isExact: boolean;
  /** Of the validation data; 0: not known. */
  readonly rows: number;
}

/** Labels whose variance is more than so many times another are not of one kind: a loss may scale what fit was given. */
const ALIKE = 2;

/** Null where there are too few validations. */
export function onOtherRows(view: RunView, { id, name }: Term, constant: ConstantLoss): Elsewhere | null {
  const losses = validatedEpochs(view, id).map(({ validation }) => validation);
  const means = losses
    .slice(OVERFIT_PATIENCE - 1)
    .map((_, at) => losses.slice(at, at + OVERFIT_PATIENCE).reduce((sum, value) => sum + value, 0) / OVERFIT_PATIENCE);
  if (means.length === 0) {
    return null;
  }
  const labels = view.facts('validationLabels').findLast(({ details }) => details.output === name)?.details;
  const variance = toNumber(labels?.variance ?? 'NaN');
  // Squared errors alone: that of the best constant is a variance.
  const isExact = constant.classes === null && variance < ALIKE * constant.best && ALIKE * variance > constant.best;
  return { lowest: Math.min(...means) / (isExact ? variance : constant.best), isExact, rows: labels?.rows ?? 0 };
}
