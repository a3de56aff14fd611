import { formatNumber, formatPercent } from '../../../report/format.ts';
import { mannKendall } from '../../../measure/mannKendall.ts';
import type { Term } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { OVERFIT_CLEAR, OVERFIT_GAP, OVERFIT_PATIENCE, OVERFIT_RISE } from './thresholds.ts';
import { validatedEpochs, type ValidatedEpoch } from './validatedEpochs.ts';

/** Before this many validations nothing can be said of how they go. */
const FEWEST = 2 * OVERFIT_PATIENCE;

/** A task goes on to learn its training data, and gets worse on the validation data. */
export const overfit: Rule = {
  id: 'overfit',
  exact: false,
  judge: (view) => {
    const tasks = view.tasks.map((term) => ({ term, epochs: validatedEpochs(view, term.id) }));
    const findings = tasks.flatMap(({ term, epochs }) => {
      const risen = hasRisen(view, term, epochs);
      return risen === null ? [] : [{ gap: gapNow(risen), finding: overfitFinding(view, term, epochs, risen) }];
    });
    return verdict(
      // The widest gap first.
      findings.sort((a, b) => b.gap - a.gap).map(({ finding }) => finding),
      whySilent(tasks.map(({ epochs }) => epochs)),
    );
  },
};

interface Risen {
  /** The validation that the lowest loss stands at, in the middle of the best `OVERFIT_PATIENCE` in a row. */
  readonly best: ValidatedEpoch;
  /** Mean of the best in a row, of the last in a row, and of the training loss of the last. */
  readonly lowest: number;
  readonly now: number;
  readonly training: number;
}

/**
 * Whether a task's validation loss stands above its training loss, has risen since its lowest, and by more than noise: means over
 * `OVERFIT_PATIENCE` validations in a row are held against each other, and what came after the lowest must tend upwards.
 */
function hasRisen(view: RunView, { id }: Term, epochs: readonly ValidatedEpoch[]): Risen | null {
  const last = epochs.slice(-OVERFIT_PATIENCE);
  if (epochs.length < FEWEST || !last.every((each) => gapOf(each) > OVERFIT_GAP)) {
    return null;
  }
  const values = epochs.map(({ validation }) => validation);
  const means = values
    .slice(OVERFIT_PATIENCE - 1)
    .map((_, first) => mean(values.slice(first, first + OVERFIT_PATIENCE)));
  const at = means.indexOf(Math.min(...means));
  const [lowest, now] = [means[at] ?? NaN, means.at(-1) ?? NaN];
  const best = epochs[at + (OVERFIT_PATIENCE >> 1)];
  const rise = now - lowest;
  const start = Math.max(view.lossSeries(id, 'raw')[0]?.value ?? 0, values[0] ?? 0);
  const usual = median(values.slice(1).map((value, place) => Math.abs(value - (values[place] ?? value))));
  const isRise =
    rise > OVERFIT_RISE * lowest &&
    rise > OVERFIT_RISE * (start - lowest) &&
    rise > OVERFIT_CLEAR * usual &&
    tendsUpwards(values.slice(at + 1));
  return best !== undefined && isRise
    ? { best, lowest, now, training: mean(last.map(({ training }) => training)) }
    : null;
}

function gapNow({ now, training }: Risen): number {
  return (now - training) / training;
}

/** Of few values, that nearly all pairs rise; of more, a trend that is no chance. The lowest is where they begin, so both are strict. */
function tendsUpwards(values: readonly number[]): boolean {
  const trend = mannKendall(values);
  if (trend !== null) {
    return trend.tau > 0 && trend.p < 0.01;
  }
  const pairs = values.flatMap((value, place) => values.slice(place + 1).map((later) => Math.sign(later - value)));
  return values.length > OVERFIT_PATIENCE + 1 && mean(pairs) > 0.8;
}

function overfitFinding(view: RunView, term: Term, epochs: readonly ValidatedEpoch[], risen: Risen): RuleFinding {
  const { best, lowest, now } = risen;
  const last = epochs.at(-1) ?? best;
  const steps = { from: best.step, to: last.step, count: epochs.filter(({ step }) => step >= best.step).length };
  return {
    place: term.id,
    severity: 'warning',
    tasks: [term.id],
    groups: view.groups.filter(({ kind, tasks }) => kind === 'tower' && tasks.includes(term.id)).map(({ id }) => id),
    position: term.position,
    expression: null,
    message: [
      say(
        'The validation loss of {0} has risen from {1} after epoch {2} to {3}, {4} above its training loss.',
        term.name,
        formatNumber(lowest),
        best.epoch,
        formatNumber(now),
        formatPercent(gapNow(risen)),
      ),
    ],
    evidence: [
      {
        name: 'validation loss above training loss',
        value: 100 * gapNow(risen),
        unit: '%',
        interval: null,
        steps,
        series: [
          { name: 'validation', points: epochs.map(({ step, validation }) => ({ step, value: validation })) },
          { name: 'training', points: epochs.map(({ step, training: value }) => ({ step, value })) },
        ],
      },
      {
        name: 'lowest validation loss',
        value: lowest,
        unit: '',
        interval: null,
        steps: { ...steps, to: best.step, count: 1 },
      },
      { name: 'validation loss now', value: now, unit: '', interval: null, steps },
    ],
    why: [
      say(
        'What the task has learned since then holds for the training rows only, and the shared layers learn it, too.',
      ),
    ],
    advice: [
      {
        id: 'stop',
        text: [
          say(
            'Keep the weights of the epoch with the lowest validation loss of {0}, here epoch {1}.',
            term.name,
            best.epoch,
          ),
        ],
        change: null,
        state: 'untried',
      },
      {
        id: 'regularise',
        text: [
          say(
            'To train the other tasks on: dropout, weight decay or fewer units in the tower of {0}, more rows for it, or a smaller weight.',
            term.name,
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source:
      'Amazon SageMaker Debugger, rule Overfit: (validation - training) / training > 0.1; L. Prechelt, Early Stopping: But When?, 1998',
    related: [],
    since: null,
  };
}

function whySilent(tasks: readonly (readonly ValidatedEpoch[])[]): Sentence {
  const most = Math.max(0, ...tasks.map(({ length }) => length));
  if (most < FEWEST) {
    return say('It takes {0} validations of a task to tell; there are {1}.', FEWEST, most);
  }
  const gaps = tasks.flatMap((epochs) => epochs.slice(-1).map(gapOf));
  return say(
    'No validation loss has risen clearly from its lowest while it was more than {0} above the training loss; the largest gap is {1}.',
    formatPercent(OVERFIT_GAP),
    formatPercent(Math.max(...gaps)),
  );
}

/** Of a training loss that is 0 or below there is no ratio. */
function gapOf({ validation, training }: ValidatedEpoch): number {
  return training > 0 ? (validation - training) / training : 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
