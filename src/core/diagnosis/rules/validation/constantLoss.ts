import { toNumber } from '../../../run/numbers.ts';
import type { FactLine, FactName } from '../../../run/facts/factLine.ts';
import type { RunView } from '../../runView.ts';

/** What a task loses without knowing anything of its inputs. */
export interface ConstantLoss {
  /** With the best constant prediction: the variance of the labels, or their entropy. */
  readonly best: number;
  /** With the prediction of an untrained model: the variance, or ln C. */
  readonly untrained: number;
  /** Null: a squared error. */
  readonly classes: number | null;
  /** Of the labels of a squared error. */
  readonly mean: number;
  readonly deviation: number;
}

/** Where less than this part of the rows is taught, figures of all labels are not those of the labels that count. */
const ALL_ROWS = 0.99;

/** Null where what the loss is, or the labels, is not known. Squared errors are taken to be means over rows and columns. */
export function constantLoss(view: RunView, task: string): ConstantLoss | null {
  const form = newest(view, 'lossForm', task)?.details.form;
  const labels = newest(view, 'labels', task)?.details;
  const taught = newest(view, 'taughtRows', task)?.details;
  const isPart = taught !== undefined && taught.taught < ALL_ROWS * taught.rows;
  if (isPart || (labels !== undefined && labels.nonFinite > 0)) {
    return null;
  }
  const mean = toNumber(labels?.mean ?? 'NaN');
  const variance = toNumber(labels?.variance ?? 'NaN');
  const deviation = Math.sqrt(variance);
  if (form === 'squaredError') {
    return variance > 0 ? { best: variance, untrained: variance, classes: null, mean, deviation } : null;
  }
  if (form !== 'crossEntropy') {
    return null;
  }
  const ids = newest(view, 'classIds', task)?.details;
  if (ids !== undefined) {
    const uniform = Math.log(ids.classes);
    return ids.classes > 1 ? { best: uniform, untrained: uniform, classes: ids.classes, mean, deviation } : null;
  }
  const isBinary = labels?.whole === true && labels.min === 0 && labels.max === 1;
  if (!isBinary || !(mean > 0 && mean < 1)) {
    return null;
  }
  // One-hot rows have one 1 each.
  const columns = labels.values / labels.rows;
  if (columns > 1 && Math.abs(mean * columns - 1) < 1e-6) {
    const uniform = Math.log(columns);
    return { best: uniform, untrained: uniform, classes: columns, mean, deviation };
  }
  const entropy = -mean * Math.log(mean) - (1 - mean) * Math.log(1 - mean);
  return { best: entropy, untrained: Math.LN2, classes: 2, mean, deviation };
}

function newest<Name extends FactName>(view: RunView, fact: Name, task: string): FactLine<Name> | undefined {
  return view.facts(fact).findLast((line) => line.task === task);
}
