import type { Run } from '../../../src/core/run/run.ts';
import type { Baseline } from './baseline.ts';
import { epochLosses, firstNonFinite, firstOfEach, plannedEpochs, readings, type Reading } from './readings.ts';

/** Its default parameters: beta_1 to beta_3, gamma, zeta, eta, delta. */
const VANISHING_RATIO = 1e-3;
const VANISHING_FIRST = 1e-4;
const EXPLODING_RATIO = 70;
const DEAD = 0.7;
const OSCILLATION = 0.03;
const OSCILLATION_RATE = 0.2;
const SLOW = 0.01;
/** Before so much of the training, nothing is said of its course. */
const JUDGED_FROM = 0.3;

/** AUTOTRAINER's rules with its default parameters. */
export const autoTrainer: Baseline = {
  name: 'autoTrainer',
  title: 'AutoTrainer',
  source:
    'X. Zhang, J. Zhai, S. Ma, C. Shen: AUTOTRAINER, ICSE 2021, and its published code (shiningrain/AUTOTRAINER, utils/monitor.py)',
  rules: [
    'Loss or gradient not finite: exploding gradient',
    `From ${JUDGED_FROM * 100} % of the epochs on, where training does not improve (below): dying ReLU, where ${DEAD * 100} % of the units are dead; else exploding gradient, where first/last gradient norm > ${EXPLODING_RATIO}; else vanishing gradient, where it is < ${VANISHING_RATIO} and the first < ${VANISHING_FIRST}; else slow convergence`,
    `Slow convergence: no epoch has the relative loss fall by more than ${SLOW} (its own figure is the accuracy, which a regression has not)`,
    `Oscillating loss: local maxima stand ${OSCILLATION} above the minima beside them in ${OSCILLATION_RATE * 100} % of the epochs, in relative loss`,
  ],
  missing: [
    'Accuracy: a record has losses, and two thirds of the tasks here have no accuracy. The loss over its first value stands for it',
    'Gradients of single layers: the shared trunk and the towers stand for the first and the last layer',
    'Zeros among gradients: dead units stand for them',
  ],
  judge: (run) => {
    const epochs = epochLosses(run);
    const [first] = epochs;
    const from = Math.ceil(JUDGED_FROM * plannedEpochs(run));
    const judged = epochs.find(({ epoch }) => epoch >= from);
    const broken = { symptom: 'nonFinite', step: firstNonFinite(run) } as const;
    if (first === undefined || judged === undefined) {
      return firstOfEach([broken]);
    }
    const relative = epochs.map(({ loss }) => loss / Math.abs(first.loss));
    const known = relative.slice(0, epochs.indexOf(judged) + 1);
    if (!isFalling(known)) {
      const ratios = readings(run).filter(({ step }) => step <= judged.step);
      return firstOfEach([broken, { symptom: whyNot(run, ratios, judged.step), step: judged.step }]);
    }
    const at = epochs.find((_, index) => index >= from && oscillates(relative.slice(0, index + 1)));
    return firstOfEach([broken, { symptom: 'oscillating', step: at?.step }]);
  },
};

function isFalling(relative: readonly number[]): boolean {
  return relative.some((value, i) => (relative[i - 1] ?? -Infinity) - value > SLOW);
}

function whyNot(
  run: Run,
  steps: readonly Reading[],
  upTo: number,
): 'deadUnits' | 'exploding' | 'vanishing' | 'notConverging' {
  const dead = run.steps
    .filter(({ step }) => step <= upTo)
    .some(({ activations }) => {
      const counted = activations.flatMap(({ dead: count, units }) => (count === null ? [] : [{ count, units }]));
      const units = counted.reduce((sum, each) => sum + each.units, 0);
      return units > 0 && counted.reduce((sum, { count }) => sum + count, 0) / units >= DEAD;
    });
  if (dead) {
    return 'deadUnits';
  }
  const ends = steps.map(({ groups }) => ({
    first: norm(groups.filter(({ id }) => id.startsWith('shared'))),
    last: norm(groups.filter(({ id }) => id.startsWith('tower'))),
  }));
  if (ends.some(({ first, last }) => first / last > EXPLODING_RATIO)) {
    return 'exploding';
  }
  return ends.some(({ first, last }) => first / last < VANISHING_RATIO && first < VANISHING_FIRST)
    ? 'vanishing'
    : 'notConverging';
}

function norm(groups: Reading['groups']): number {
  return Math.hypot(...groups.map((group) => group.norm));
}

/** Local maxima and minima in pairs, as its code counts them. */
function oscillates(relative: readonly number[]): boolean {
  const [maxima, minima]: [number[], number[]] = [[], []];
  for (let i = 1; i < relative.length - 1; i++) {
    const [before = 0, value = 0, after = 0] = relative.slice(i - 1, i + 2);
    if (value >= before && value >= after) {
      maxima.push(value);
    }
    if (value <= before && value <= after) {
      minima.push(value);
    }
  }
  const pairs = maxima.filter((value, i) => i < minima.length && value - (minima[i] ?? 0) >= OSCILLATION);
  return relative.length > 2 && pairs.length >= Math.max(1, OSCILLATION_RATE * relative.length);
}
