import { toNumber } from '../../../src/core/run/numbers.ts';
import type { Baseline } from './baseline.ts';
import { epochLosses, firstNonFinite, firstOfEach, plannedEpochs, readings } from './readings.ts';

/** The thresholds of its published callback. */
const VANISHING = 1e-7;
const DEAD = 0.7;
const SATURATED = 0.5;
/** Every so many epochs. */
const EVERY = 5;

/** DeepDiagnosis's rules with the thresholds of its published callback. */
export const deepDiagnosis: Baseline = {
  name: 'deepDiagnosis',
  title: 'DeepDiagnosis',
  source:
    'M. Wardat, B. D. Cruz, W. Le, H. Rajan: DeepDiagnosis, ICSE 2022, and its published code (DeepDiagnosis/ICSE2022, callback/callbacks.py)',
  rules: [
    'Exploding tensor: loss, gradients or weights are NaN or infinite; a gradient of which every value is 0 counts as one too',
    `Vanishing gradient: mean |gradient| of a variable group < ${VANISHING} (norm/√size here, which is never less)`,
    `Saturated activation: more than ${SATURATED * 100} % of the pre-activations of a sigmoid or tanh layer beyond ±5, every ${EVERY} epochs`,
    `Dead node: ${DEAD * 100} % of a ReLU layer's values at 0 at the last epoch; dead units stand for them here`,
    `Unchanged weight: the update of a variable group is 0 over ${EVERY} epochs`,
    `Loss not decreasing: the loss is the same over ${EVERY} epochs`,
  ],
  missing: [
    'Out of range: needs the outputs and the range of the labels',
    'Accuracy not increasing: a record has losses',
    'Unchanged activation: needs the mean of each layer',
  ],
  judge: (run) => {
    const epochs = epochLosses(run);
    const steps = readings(run);
    const last = plannedEpochs(run);
    const looks = epochs.filter(({ epoch }) => epoch % EVERY === 0);
    const within = (epoch: number): typeof steps =>
      steps.filter((each) => each.epoch > epoch - EVERY && each.epoch <= epoch);
    const dead = run.steps.find(
      ({ step, activations }) =>
        steps.find((each) => each.step === step)?.epoch === last &&
        activations.some((each) => each.dead !== null && each.dead / each.units >= DEAD),
    );
    return firstOfEach([
      { symptom: 'nonFinite', step: firstNonFinite(run) },
      { symptom: 'allZero', step: steps.find(({ groups }) => groups.some(({ norm }) => norm === 0))?.step },
      {
        symptom: 'vanishing',
        step: steps.find(({ groups }) => groups.some(({ norm, size }) => norm / Math.sqrt(size) < VANISHING))?.step,
      },
      {
        symptom: 'saturation',
        step: looks.find(({ epoch }) =>
          run.steps.some(
            ({ step, activations }) =>
              within(epoch).some((each) => each.step === step && each.epoch === epoch) &&
              activations.some(
                ({ op, saturated }) =>
                  /^(?:Sigmoid|Tanh)$/.test(op) && saturated !== null && toNumber(saturated) > SATURATED,
              ),
          ),
        )?.step,
      },
      { symptom: 'deadUnits', step: dead?.step },
      {
        symptom: 'unchangedTensor',
        step: looks.find(({ epoch }) => {
          const seen = within(epoch);
          const ids = new Set(seen.flatMap(({ groups }) => groups.map(({ id }) => id)));
          return [...ids].some((id) =>
            seen.every(({ groups }) => groups.every((group) => group.id !== id || group.ratio === 0)),
          );
        })?.step,
      },
      {
        symptom: 'lossNotDecreasing',
        step: looks.find(({ epoch }) => {
          const losses = epochs
            .filter((each) => each.epoch > epoch - EVERY && each.epoch <= epoch)
            .map(({ loss }) => loss);
          return losses.length === EVERY && losses.every((loss) => loss === losses[0]);
        })?.step,
      },
    ]);
  },
};
