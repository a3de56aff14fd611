import { formatNames, formatNumber, formatPercent } from '../../../report/format.ts';
import { factorFor } from '../../../advice/rates.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, formatFactor, laterPart, middleOf, type Middle } from './figures.ts';
import { fallsTooSlowly, lossChart, type LossCourse } from './lossCourse.ts';
import { followsGradient, optimizersAt, rateChange, type OptimizerAt, type PacedGroup } from './optimizersAt.ts';
import { FEWEST_LOOKS, FEWEST_STEPS, RUNS_TO_HALF, UPDATE_RATIO } from './thresholds.ts';

/** Updates that are tiny beside the weights, and a loss that falls so slowly that the run cannot end well. */
export const rateTooLow: Rule = {
  id: 'rateTooLow',
  exact: false,
  judge: (view) => {
    const optimizers = optimizersAt(view);
    const findings = view.stepsDone < FEWEST_STEPS ? [] : optimizers.flatMap((optimizer) => tooLow(optimizer, view));
    return verdict(findings, whySilent(optimizers, view));
  },
};

interface LowGroup {
  readonly paced: PacedGroup;
  readonly middle: Middle;
}

function middles({ groups }: OptimizerAt, view: RunView): LowGroup[] {
  return groups.flatMap((paced): LowGroup[] => {
    const later = laterPart(paced.ratios, view.stepsDone);
    const middle = later.length < FEWEST_LOOKS ? null : middleOf(later);
    return middle === null ? [] : [{ paced, middle }];
  });
}

function tooLow(optimizer: OptimizerAt, view: RunView): RuleFinding[] {
  const all = middles(optimizer, view);
  const low = all.filter(({ middle }) => middle.interval[1] < UPDATE_RATIO.low);
  const slow = low.filter(({ paced }) => paced.courses.length > 0 && paced.courses.every(fallsTooSlowly));
  // Most groups: it is the optimizer's own rate.
  if (2 * low.length > all.length && slow.length > 0) {
    return [finding(optimizer, low, slow, null, view)];
  }
  return slow.map((each) => finding(optimizer, [each], [each], each.paced.group.id, view));
}

function finding(
  optimizer: OptimizerAt,
  low: readonly LowGroup[],
  slow: readonly LowGroup[],
  group: string | null,
  view: RunView,
): RuleFinding {
  const { paced, middle } = low.reduce((most, each) => (each.middle.median > most.middle.median ? each : most));
  const courses = [...new Set(slow.flatMap((each) => each.paced.courses))];
  const [course] = courses as [LossCourse, ...LossCourse[]];
  return {
    place: group ?? optimizer.objective ?? '',
    severity: 'warning',
    tasks: courses.map(({ task }) => task),
    groups: low.map((each) => each.paced.group.id),
    position: optimizer.position,
    expression: optimizer.expression,
    message: [
      say(
        'One update moves {0} by {1} of the size of its weights (less than {2} is too little).',
        group === null && low.length > 1
          ? formatNames(low.map((each) => view.labelOf(each.paced.group.id)))
          : view.labelOf(paced.group.id),
        formatNumber(middle.median),
        UPDATE_RATIO.low,
      ),
      say(
        'The loss of {0} still falls, by {1} so far: at this pace it needs {2} runs as long as this one to come down to half.',
        view.nameOf(course.task),
        formatPercent(course.fallen),
        formatNumber(Math.round(course.runsToHalf)),
      ),
    ],
    evidence: [
      evidenceOf('size of the update over size of the weights', middle, '', [
        { name: view.labelOf(paced.group.id), points: paced.ratios },
      ]),
      {
        name: 'runs until the loss has come down to half',
        value: Number(course.runsToHalf.toPrecision(3)),
        unit: '',
        interval: null,
        steps: { from: course.points[0]?.step ?? 0, to: course.points.at(-1)?.step ?? 0, count: course.points.length },
        series: courses.slice(0, 4).map((each) => lossChart(view, each)),
      },
    ],
    why: [say('The gradient shows the way, and the steps along it are too short to get anywhere in this run.')],
    advice: raiseRate(optimizer, low, group),
    source: 'H. Ben Braiek, F. Khomh: Testing Feedforward Neural Networks Training Programs (TheDeepChecker), 2022',
    related: [],
    since: null,
  };
}

function raiseRate(optimizer: OptimizerAt, low: readonly LowGroup[], group: string | null): Advice[] {
  const factor = factorFor(
    low.map(({ paced }) => paced),
    'raise',
  );
  if (factor === null) {
    return [];
  }
  const change = rateChange(optimizer, group, factor);
  const { learningRate, name } = optimizer;
  const value = change.of === 'learningRate' ? change.value : null;
  const raise =
    learningRate === null || value === null
      ? say('Raise the learning rate about {0} times.', formatFactor(factor))
      : say(
          'Raise the learning rate from {0} to about {1} ({2} times).',
          formatNumber(learningRate),
          formatNumber(value),
          formatFactor(factor),
        );
  const pair = say(
    'Under {0} a small loss weight makes small steps too: look at the weight and the rate together.',
    name,
  );
  return [
    {
      id: 'raiseRate',
      text: group !== null && followsGradient(name) ? [raise, pair] : [raise],
      change,
      state: 'untried',
    },
  ];
}

function whySilent(optimizers: readonly OptimizerAt[], view: RunView): Sentence {
  if (view.stepsDone < FEWEST_STEPS) {
    return say('{0} steps have run; a rate is called too low after {1} at the earliest.', view.stepsDone, FEWEST_STEPS);
  }
  const all = optimizers.flatMap((optimizer) => middles(optimizer, view));
  if (all.length === 0) {
    return say('Fewer than {0} updates of the later part were looked at in any group.', FEWEST_LOOKS);
  }
  const { paced, middle } = all.reduce((least, each) => (each.middle.median < least.middle.median ? each : least));
  const label = view.labelOf(paced.group.id);
  const figure = formatNumber(middle.median);
  if (middle.interval[1] >= UPDATE_RATIO.low) {
    return say(
      'The smallest updates, of {0}, are {1} of the size of its weights (from {2} up is usual).',
      label,
      figure,
      UPDATE_RATIO.low,
    );
  }
  return say(
    'Updates of {0} are {1} of the size of its weights (less than {2} is little), and its losses have fallen, have come to rest, or need fewer than {3} such runs to half.',
    label,
    figure,
    UPDATE_RATIO.low,
    RUNS_TO_HALF,
  );
}
