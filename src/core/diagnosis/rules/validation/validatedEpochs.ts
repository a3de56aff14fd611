import { toNumber } from '../../../run/numbers.ts';
import type { RunView } from '../../runView.ts';

/** A task's loss on the validation data after an epoch, and on the training data during it. */
export interface ValidatedEpoch {
  readonly step: number;
  readonly epoch: number;
  readonly validation: number;
  /** Mean over the steps since the validation before. */
  readonly training: number;
}

/**
 * The validations of a task with a finite loss, in order. Validation lines know their tasks by name, and two models may have outputs
 * of one name: the steps before a line tell whose it is.
 */
export function validatedEpochs(view: RunView, term: string): ValidatedEpoch[] {
  const name = view.nameOf(term);
  const losses = view.lossSeries(term, 'raw').filter(({ value }) => Number.isFinite(value));
  const { windows } = view;
  const epochs: ValidatedEpoch[] = [];
  let [next, window] = [0, 0];
  for (const { step, epoch, tasks } of view.validations) {
    while (window < windows.length && (windows[window]?.step ?? Infinity) <= step) {
      window++;
    }
    const terms = windows[window - 1]?.terms ?? [term];
    let [sum, count] = [0, 0];
    while (next < losses.length && (losses[next]?.step ?? Infinity) <= step) {
      sum += losses[next]?.value ?? 0;
      count++;
      next++;
    }
    const loss = Object.hasOwn(tasks, name) ? tasks[name]?.['loss'] : undefined;
    const validation = loss === undefined ? NaN : toNumber(loss);
    if (terms.includes(term) && count > 0 && Number.isFinite(validation)) {
      epochs.push({ step, epoch, validation, training: sum / count });
    }
  }
  return epochs;
}
