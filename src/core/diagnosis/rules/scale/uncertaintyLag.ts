import { meanOfSeries } from '../../../measure/seriesInterval.ts';
import { formatCount, formatNumber } from '../../../report/format.ts';
import { spreadOf } from '../../../run/windowedValue.ts';
import type { Objective } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { placeIn } from './place.ts';
import { optimizerOf, rests, tasksOf, type Rests } from './meeting.ts';
import { LAG, LOOKS } from './thresholds.ts';

/** Optimizers that move a log variance by at most about their rate a step, however far it has to go. */
const BOUNDED: ReadonlySet<string> = new Set(['Adam', 'Adamax']);

/** Losses that the optimum is taken from, the newest. */
const RECENT = 50;

/** Of the total: how near what is left beside the weighted losses must come to the sum of the log variances. */
const SAME = 0.02;

/** The log variances of uncertainty weighting have far to go, and move by at most their rate a step. */
export const uncertaintyLag: Rule = {
  id: 'uncertaintyLag',
  exact: false,
  judge: (view) => {
    const states = view.objectives.flatMap((objective) => lagsIn(view, objective));
    return verdict(
      states
        .filter(({ gap }) => Math.min(Math.abs(gap.low), Math.abs(gap.high)) > LAG && gap.low * gap.high > 0)
        .map((lag) => lagFinding(lag, view)),
      whySilent(states, view),
    );
  },
};

interface Lag {
  readonly task: string;
  /** The log variance of now, and ln L, its optimum. */
  readonly s: number;
  readonly optimum: number;
  /** `optimum` - `s`, with the interval of the mean loss. */
  readonly gap: { readonly value: number; readonly low: number; readonly high: number };
  readonly rate: number;
  readonly steps: Rests;
}

function lagsIn(view: RunView, objective: Objective): Lag[] {
  const optimizer = optimizerOf(view, objective, 'weighting');
  const rate = optimizer?.learningRate ?? NaN;
  const tasks = tasksOf(view, objective);
  const halved = halvedForm(view, objective, tasks);
  if (optimizer === null || !BOUNDED.has(optimizer.name) || !(rate > 0) || halved === null) {
    return [];
  }
  return tasks.flatMap((task) => {
    const points = view.lossSeries(task, 'raw', objective.id).slice(-RECENT);
    const weight = view.lossSeries(task, 'weight', objective.id).at(-1)?.value ?? NaN;
    const loss = meanOfSeries(points.map(({ value }) => value));
    if (points.length < LOOKS || loss === null || !(weight > 0) || !(loss.low > 0)) {
      return [];
    }
    const s = -Math.log(halved ? 2 * weight : weight);
    const optimum = Math.log(loss.value);
    const gap = { value: optimum - s, low: Math.log(loss.low) - s, high: Math.log(loss.high) - s };
    return [{ task, s, optimum, gap, rate, steps: rests(points) }];
  });
}

/**
 * Whether the weights are those of uncertainty weighting, told by what the total has beside the weighted losses: the sum of all s where
 * weights are exp(-s) (false), half of it where they are exp(-s) / 2, as with 1/(2σ²) L + ln σ (true). Null: neither.
 */
function halvedForm(view: RunView, objective: Objective, tasks: readonly string[]): boolean | null {
  const window = view.windows.findLast((each) => each.objective === objective.id);
  if (window === undefined || tasks.length === 0 || !view.groups.some(({ kind }) => kind === 'weighting')) {
    return null;
  }
  const total = spreadOf(window.line.total).last;
  const weighted = tasks.map((task) => window.lossOf(task, 'weighted')?.last ?? NaN);
  const logs = tasks.map((task) => -Math.log(window.lossOf(task, 'weight')?.last ?? NaN));
  const rest = total - weighted.reduce((a, b) => a + b, 0);
  const plain = logs.reduce((a, b) => a + b, 0);
  const size = weighted.reduce((a, b) => a + Math.abs(b), 0) + Math.abs(plain);
  const isNear = (value: number): boolean => Math.abs(rest - value) < SAME * size;
  return isNear(plain) ? false : isNear((plain - tasks.length * Math.log(2)) / 2) ? true : null;
}

function lagFinding({ task, s, optimum, gap, rate, steps }: Lag, view: RunView): RuleFinding {
  const name = view.nameOf(task);
  const needed = Math.min(Math.abs(gap.low), Math.abs(gap.high)) / rate;
  const factor = needed / Math.max(1, view.stepsDone);
  const weighting = view.groups.find(({ kind }) => kind === 'weighting');
  return {
    place: task,
    severity: 'information',
    tasks: [task],
    groups: weighting === undefined ? [] : [weighting.id],
    ...placeIn(view, task, 'lossWeight'),
    message: [
      say(
        'The learned weight of {0} is still on its way: its log variance s is {1}, and its optimum for the loss of now is {2}.',
        name,
        formatNumber(s),
        formatNumber(optimum),
      ),
      say(
        'At a rate of {0} that takes at least {1} more steps, however good the loss looks.',
        formatNumber(rate),
        formatCount(Math.ceil(Number(needed.toPrecision(2)))),
      ),
    ],
    evidence: [
      { name: 's', value: s, unit: '', interval: null, steps },
      { name: 'ln L', value: optimum, unit: '', interval: [s + gap.low, s + gap.high], steps },
      { name: 'steps that are needed at least', value: Math.ceil(needed), unit: 'steps', interval: null, steps: null },
    ],
    why: [
      say(
        'Adam moves a variable by at most about its rate a step. Until s has arrived the tasks are weighted more nearly as they began than as the method means it.',
      ),
      say('A total below 0 is normal with learned weights: its optimum is 1 + ln L for each task.'),
    ],
    advice: [
      {
        id: 'rate',
        text: [
          say(
            'Train the log variances at a higher rate of their own, at {0} or so, or start s near {1}; else train on.',
            formatNumber(Math.max(rate * factor, 2 * rate)),
            formatNumber(optimum),
          ),
        ],
        change: {
          of: 'learningRate',
          group: weighting?.id ?? null,
          factor: Math.max(factor, 2),
          value: Math.max(rate * factor, 2 * rate),
        },
        state: 'untried',
      },
    ],
    source:
      'A. Kendall, Y. Gal, R. Cipolla: Multi-Task Learning Using Uncertainty to Weigh Losses, CVPR 2018; D. Kingma, J. Ba: Adam, ICLR 2015',
    related: [],
    since: null,
  };
}

function whySilent(states: readonly Lag[], view: RunView): Sentence {
  const furthest = [...states].sort((a, b) => Math.abs(b.gap.value) - Math.abs(a.gap.value))[0];
  return furthest === undefined
    ? say('No weights that uncertainty weighting learns under Adam were recorded.')
    : say(
        'The log variance of {0} is {1} from its optimum, between {2} and {3}; it lags behind from {4} on.',
        view.nameOf(furthest.task),
        formatNumber(furthest.gap.value),
        formatNumber(furthest.gap.low),
        formatNumber(furthest.gap.high),
        LAG,
      );
}
