import { formatNumber } from '../../../report/format.ts';
import { factorFor } from '../../../advice/rates.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, formatFactor, peakOf, type Middle } from './figures.ts';
import { harmIn, lossChart, type Harm, type LossCourse } from './lossCourse.ts';
import { optimizersAt, rateChange, type OptimizerAt, type PacedGroup } from './optimizersAt.ts';
import { FEWEST_LOOKS, UPDATE_RATIO } from './thresholds.ts';

/** Updates that are large beside the weights that they move, and a loss that suffers. */
export const rateTooHigh: Rule = {
  id: 'rateTooHigh',
  exact: false,
  judge: (view) => {
    const optimizers = optimizersAt(view);
    return verdict(
      optimizers.flatMap((optimizer) => tooHigh(optimizer, view)),
      whySilent(optimizers, view),
    );
  },
};

interface HighGroup {
  readonly paced: PacedGroup;
  readonly peak: Middle;
  readonly course: LossCourse;
  readonly harm: Harm;
}

function highGroups({ groups }: OptimizerAt, view: RunView): HighGroup[] {
  return groups.flatMap((paced): HighGroup[] => {
    const peak = peakOf(paced.ratios);
    // What blows up does so before there are many looks.
    const enough = paced.ratios.length >= FEWEST_LOOKS || view.events.some(({ kind }) => kind === 'nonFinite');
    if (peak === null || !enough || !(peak.median > UPDATE_RATIO.high)) {
      return [];
    }
    const [harmed] = paced.courses.flatMap((course) => {
      const harm = harmIn(course);
      return harm === null ? [] : [{ paced, peak, course, harm }];
    });
    return harmed === undefined ? [] : [harmed];
  });
}

/** Whether some optimizer's updates are too large and do harm. */
export function isRateTooHigh(view: RunView): boolean {
  return optimizersAt(view).some((optimizer) => highGroups(optimizer, view).length > 0);
}

function tooHigh(optimizer: OptimizerAt, view: RunView): RuleFinding[] {
  const high = highGroups(optimizer, view);
  const measured = optimizer.groups.filter(({ ratios }) => ratios.length > 0);
  const whole = high.length > 0 && 2 * high.length >= measured.length;
  const parts = whole ? [high] : high.map((each) => [each]);
  return parts.map((part) => finding(optimizer, part, whole, view));
}

function finding(optimizer: OptimizerAt, high: readonly HighGroup[], whole: boolean, view: RunView): RuleFinding {
  const worst = high.reduce((most, each) => (each.peak.median > most.peak.median ? each : most));
  const { paced, peak, course, harm } = worst;
  const groups = high.map((each) => each.paced.group.id);
  return {
    place: whole ? (optimizer.objective ?? '') : paced.group.id,
    severity: 'warning',
    tasks: [...new Set(high.flatMap((each) => each.paced.courses.map(({ task }) => task)))],
    groups,
    position: optimizer.position,
    expression: optimizer.expression,
    message: [
      say(
        'One update moves {0} by {1} times the size of its weights (more than {2} is too much).',
        view.labelOf(paced.group.id),
        formatNumber(peak.median),
        UPDATE_RATIO.high,
      ),
      harmText(harm, course, view),
    ],
    evidence: [
      evidenceOf('size of the update over size of the weights', peak, '', [
        { name: view.labelOf(paced.group.id), points: paced.ratios },
      ]),
      {
        name: 'largest loss over the first',
        value: Number((course.largest.value / course.first).toPrecision(4)),
        unit: '×',
        interval: null,
        steps: { from: course.points[0]?.step ?? 0, to: course.points.at(-1)?.step ?? 0, count: course.points.length },
        series: [lossChart(view, course)],
      },
    ],
    why: [
      say('A step that is large beside the weights lands beyond the valley that its gradient was measured in.'),
      say('Rectifiers that are thrown below 0 for every sample do not come back.'),
    ],
    advice: lowerRate(optimizer, high, whole),
    source: 'H. Ben Braiek, F. Khomh: Testing Feedforward Neural Networks Training Programs (TheDeepChecker), 2022',
    related: [],
    since: null,
  };
}

function harmText(harm: Harm, { task, first, last, largest, brokenAt, swing }: LossCourse, view: RunView): Sentence {
  const name = view.nameOf(task);
  switch (harm) {
    case 'notFinite':
      return say('The loss of {0} is no finite number at step {1}.', name, brokenAt ?? 0);
    case 'jump':
      return say(
        'The loss of {0} jumps from {1} to {2} at step {3}.',
        name,
        formatNumber(first),
        formatNumber(largest.value),
        largest.step,
      );
    case 'rise':
      return say('The loss of {0} rises, from {1} to {2}.', name, formatNumber(first), formatNumber(last));
    case 'swing':
      return say('The loss of {0} goes to and fro by a factor of {1}.', name, formatNumber(swing));
    case 'noFall':
      return say(
        'The loss of {0} does not fall: {1} at first, {2} now.',
        name,
        formatNumber(first),
        formatNumber(last),
      );
  }
}

function lowerRate(optimizer: OptimizerAt, high: readonly HighGroup[], whole: boolean): Advice[] {
  const factor = factorFor(
    high.map(({ paced }) => paced),
    'lower',
  );
  if (factor === null) {
    return [];
  }
  const change = rateChange(optimizer, whole ? null : (high[0]?.paced.group.id ?? null), factor);
  const { learningRate } = optimizer;
  const value = change.of === 'learningRate' ? change.value : null;
  return [
    {
      id: 'lowerRate',
      text: [
        learningRate === null || value === null
          ? say('Lower the learning rate to about {0} of what it is.', formatFactor(factor))
          : say(
              'Lower the learning rate from {0} to about {1} ({2}).',
              formatNumber(learningRate),
              formatNumber(value),
              formatFactor(factor),
            ),
      ],
      change,
      state: 'untried',
    },
  ];
}

function whySilent(optimizers: readonly OptimizerAt[], view: RunView): Sentence {
  const peaks = optimizers.flatMap(({ groups }) =>
    groups.flatMap((paced) => {
      const peak = paced.ratios.length < FEWEST_LOOKS ? null : peakOf(paced.ratios);
      return peak === null ? [] : [{ group: paced.group.id, peak }];
    }),
  );
  if (peaks.length === 0) {
    return say('Fewer than {0} updates were looked at in any group.', FEWEST_LOOKS);
  }
  const { group, peak } = peaks.reduce((most, each) => (each.peak.median > most.peak.median ? each : most));
  return peak.median > UPDATE_RATIO.high
    ? say(
        'Updates of {0} reach {1} times the size of its weights (more than {2} is much), and no loss rises, jumps or stands still.',
        view.labelOf(group),
        formatNumber(peak.median),
        UPDATE_RATIO.high,
      )
    : say(
        'The largest updates, of {0}, are {1} times the size of its weights (up to {2} is usual).',
        view.labelOf(group),
        formatNumber(peak.median),
        UPDATE_RATIO.high,
      );
}
