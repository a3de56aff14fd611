import { toNumber } from '../../../src/core/run/numbers.ts';
import type { Run } from '../../../src/core/run/run.ts';
import type { Baseline } from './baseline.ts';
import { epochLosses, firstNonFinite, firstOfEach, readings, totals } from './readings.ts';

/** Default parameters of the built-in rules. */
const VANISHING = 1e-7;
const DEAD_LAYER = 0.5;
const UPDATE_LARGE = 10;
const UPDATE_SMALL = 1e-8;
const LOSS_PERCENT = 0.1;
const OVERFIT_RATIO = 0.1;

/** Amazon SageMaker Debugger's built-in rules with their default parameters. */
export const sageMaker: Baseline = {
  name: 'sageMaker',
  title: 'SageMaker Debugger',
  source: 'Amazon SageMaker Developer Guide, List of Debugger built-in rules; N. Rauschmayr et al., MLSys 2021',
  rules: [
    `VanishingGradient: mean |gradient| of a variable group < ${VANISHING}; the mean is bounded by norm/√size from above, so it is norm/√size here`,
    'ExplodingTensor: a loss or gradient is NaN or infinite',
    `DeadRelu: more than ${DEAD_LAYER * 100} % of a layer's units inactive`,
    `WeightUpdateRatio: ‖update‖/‖weights‖ > ${UPDATE_LARGE} or < ${UPDATE_SMALL}`,
    `LossNotDecreasing: the loss does not fall by ${LOSS_PERCENT} % over at least 10 steps; here the mean of an epoch against that of the epoch before, since single batches fire it in every healthy run`,
    'AllZero: all gradients of a variable group are 0',
    'UnchangedTensor: the update of a variable group is 0 at 3 looks in a row',
    `Overfit: (validation − training)/training > ${OVERFIT_RATIO}, patience 1, on the sum of the losses`,
  ],
  missing: [
    'SaturatedActivation: its bounds (±9.5 for tanh, −23 to 17 for sigmoid) are not those at which a record counts',
    'PoorWeightInitialization, TensorVariance, ClassImbalance, Confusion, SimilarAcrossRuns: need the tensors themselves',
  ],
  judge: (run) => {
    const steps = readings(run);
    const first = (test: (group: (typeof steps)[number]['groups'][number]) => boolean): number | undefined =>
      steps.find(({ groups }) => groups.some(test))?.step;
    return firstOfEach([
      { symptom: 'nonFinite', step: firstNonFinite(run) },
      { symptom: 'allZero', step: first(({ norm }) => norm === 0) },
      { symptom: 'vanishing', step: first(({ norm, size }) => norm / Math.sqrt(size) < VANISHING) },
      { symptom: 'updateTooLarge', step: first(({ ratio }) => ratio !== null && ratio > UPDATE_LARGE) },
      { symptom: 'updateTooSmall', step: first(({ ratio }) => ratio !== null && ratio < UPDATE_SMALL) },
      { symptom: 'unchangedTensor', step: unchanged(steps) },
      { symptom: 'deadUnits', step: deadUnits(run) },
      { symptom: 'lossNotDecreasing', step: lossNotDecreasing(run) },
      { symptom: 'overfit', step: overfit(run) },
    ]);
  },
};

function unchanged(steps: ReturnType<typeof readings>): number | undefined {
  const inARow = new Map<string, number>();
  for (const { step, groups } of steps) {
    for (const { id, ratio } of groups) {
      const count = ratio === 0 ? (inARow.get(id) ?? 0) + 1 : 0;
      inARow.set(id, count);
      if (count >= 3) {
        return step;
      }
    }
  }
  return undefined;
}

function deadUnits(run: Run): number | undefined {
  return run.steps.find(({ activations }) =>
    activations.some(({ dead, units }) => dead !== null && dead / units > DEAD_LAYER),
  )?.step;
}

/** The mean loss of each epoch (16 steps, at least ten) is held against that of the epoch before. */
function lossNotDecreasing(run: Run): number | undefined {
  const epochs = epochLosses(run);
  return epochs.find(({ loss }, i) => {
    const before = epochs[i - 1]?.loss;
    return before !== undefined && before - loss < (LOSS_PERCENT / 100) * Math.abs(before);
  })?.step;
}

function overfit(run: Run): number | undefined {
  let over = 0;
  for (const { step, tasks } of run.validations) {
    const validation = Object.values(tasks).reduce((sum, figures) => sum + toNumber(figures['loss'] ?? NaN), 0);
    const training = totals(run)
      .filter((each) => each.step <= step)
      .slice(-10);
    const mean = training.reduce((sum, { value }) => sum + value, 0) / training.length;
    over = (validation - mean) / mean > OVERFIT_RATIO ? over + 1 : 0;
    if (over > 1) {
      return step;
    }
  }
  return undefined;
}
