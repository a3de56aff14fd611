import { formatNames, formatNumber, formatPercent } from '../../../report/format.ts';
import type { Advice, Evidence, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidence, placeIn } from './place.ts';
import { shareOf, sharedGroupOf } from './meeting.ts';
import { adviceOnScale } from './scaledTask.ts';
import { carriedOff, thrownAbout, type CarriedOff } from './carriedOff.ts';
import { isGap, scaleGaps, starvingIn, type ScaleGap, type Starving } from './scaleGap.ts';
import type { TaskCourse } from './taskCourse.ts';
import { GAP } from './thresholds.ts';

/** The gradients of two tasks lie far apart where they meet: worth knowing; a warning where the smaller task pays for it. */
export const lossScale: Rule = {
  id: 'lossScale',
  exact: false,
  judge: (view) => {
    const gaps = scaleGaps(view);
    return verdict(
      gaps.filter(isGap).map((gap) => gapFinding(gap, view)),
      whySilent(gaps, view),
    );
  },
};

function gapFinding(gap: ScaleGap, view: RunView): RuleFinding {
  const { objective, tasks, large, small, ratio } = gap;
  const starving = starvingIn(view, objective, tasks).filter(({ by }) => by === large);
  const group = sharedGroupOf(view, large, tasks);
  const share = group === null ? null : shareOf(view, large, group.id, objective.id);
  const [name, other] = [view.nameOf(large), view.nameOf(small)];
  const lost = starving.length > 0 ? null : carriedOff(view, gap);
  const thrown = starving.length > 0 || lost !== null || group === null ? null : thrownAbout(view, gap, group.id);
  return {
    place: view.objectives.length > 1 ? `${objective.id} ${large}` : large,
    severity: starving.length > 0 || lost !== null || thrown !== null ? 'warning' : 'information',
    tasks: [...new Set([large, small, ...starving.map(({ task }) => task)])],
    groups: [...new Set([group, lost?.group].flatMap((each) => (each == null ? [] : [each.id])))],
    ...placeIn(view, large, firstRatio(gap, view, 'raw') > GAP ? 'target' : 'lossWeight'),
    message: [
      ...(lost === null ? [] : flat(lost, name)),
      ...(group === null || share === null || lost !== null
        ? []
        : [say('{0} makes {1} of the update of {2}.', name, formatPercent(share.value), group.label)]),
      say(
        'The gradient of {0} is {1} times as long as that of {2} where the tasks meet.',
        name,
        formatNumber(ratio.value),
        other,
      ),
      ...lossRatio(gap, view),
      ...(starving.length > 0 || lost !== null
        ? [
            say(
              'The loss of {0} does not fall.',
              formatNames([...starving, ...(lost === null ? [] : [lost])].map(({ task }) => view.nameOf(task))),
            ),
          ]
        : thrown !== null
          ? [
              say(
                'And {0} itself has not learned more than the mean of its targets: its steps are too large for the shared layers.',
                name,
              ),
            ]
          : [say('So far no task pays for it: this is worth knowing, and no fault by itself.')]),
    ],
    evidence: [
      {
        ...evidence(`gradient of ${name} over that of ${other}`, '×', ratio),
        series: [{ name: 'ratio', points: ratio.points }],
      },
      ...(group === null || share === null ? [] : [evidence(`share of ${name} in ${group.label}`, '%', share)]),
      ...starving.flatMap((each) => ofStarving(each, view)),
      ...(lost === null ? [] : ofLost(lost, view, name)),
      ...(thrown === null ? [] : ofCourse(thrown, name)),
    ],
    why: [
      say('What is summed is weighed by its size: shared layers learn what the largest gradient asks for.'),
      say('An optimizer such as Adam scales the sum, not its parts: the proportions stay.'),
    ],
    // Asked for when the finding is told, not at each of the earlier steps that it is looked for at.
    get advice(): readonly Advice[] {
      return adviceOnScale(view, objective, large, small, ratio.value);
    },
    source:
      'Z. Chen et al.: GradNorm, ICML 2018; A. Kendall, Y. Gal, R. Cipolla: Multi-Task Learning Using Uncertainty to Weigh Losses, CVPR 2018',
    related: [],
    since: null,
  };
}

function flat({ group, since, share, seen }: CarriedOff, name: string): Sentence[] {
  return [
    say(
      '{0} made {1} of the update of {2} up to step {3}; from step {4} on every gradient there is exactly 0: the steps have driven its units to where they are flat.',
      name,
      formatPercent(share),
      group.label,
      seen.to,
      since,
    ),
  ];
}

function ofLost({ task, share, seen, course, group }: CarriedOff, view: RunView, name: string): Evidence[] {
  return [
    {
      name: `share of ${name} in ${group.label}, at first`,
      value: 100 * share,
      unit: '%',
      interval: null,
      steps: seen,
    },
    ...ofCourse(course, view.nameOf(task)),
  ];
}

/** The share and the loss that make a gap harm. */
export function ofStarving({ task, share, course, group }: Starving, view: RunView): Evidence[] {
  const name = view.nameOf(task);
  return [
    {
      ...evidence(`share of ${name} in ${group.label}`, '%', share),
      series: [{ name: 'share', points: share.points }],
    },
    ...ofCourse(course, name),
  ];
}

function ofCourse(course: TaskCourse, name: string): Evidence[] {
  return [
    {
      name:
        course.reference.from === 'targets'
          ? `loss of ${name}, of the variance of its targets`
          : `loss of ${name}, of its loss at the start`,
      value: 100 * course.level,
      unit: '%',
      interval: null,
      steps: course.steps,
      series: [{ name: 'loss', points: course.points }],
    },
    {
      name: `change of the loss of ${name} in the later half`,
      value: 100 * course.change.value,
      unit: '%',
      interval: [100 * course.change.low, 100 * course.change.high],
      steps: course.steps,
    },
    {
      name: `p of a trend in the loss of ${name}`,
      value: course.later.p,
      unit: '',
      interval: null,
      steps: course.steps,
    },
  ];
}

/** A reason that can be read off the losses themselves. */
function lossRatio(gap: ScaleGap, view: RunView): Sentence[] {
  const ratio = firstRatio(gap, view, 'weighted');
  return ratio > GAP ? [say('Its loss began {0} times as high.', formatNumber(ratio))] : [];
}

function firstRatio({ large, small, objective }: ScaleGap, view: RunView, field: 'raw' | 'weighted'): number {
  const first = (task: string): number => view.lossSeries(task, field, objective.id)[0]?.value ?? NaN;
  return Math.abs(first(large) / first(small));
}

function whySilent(gaps: readonly ScaleGap[], view: RunView): Sentence {
  const widest = [...gaps].sort((a, b) => b.ratio.value - a.ratio.value)[0];
  if (widest === undefined) {
    return view.tasks.length < 2
      ? say('There is one task: there are no scales to compare.')
      : say('The tasks’ gradients were not looked at together often enough: it takes 10 looks.');
  }
  const { ratio, atStart, large, small } = widest;
  return say(
    'The gradient of {0} is {1} times as long as that of {2} ({3} times at the start); a gap is from {4} on, at the start and now.',
    view.nameOf(large),
    formatNumber(ratio.value),
    view.nameOf(small),
    formatNumber(atStart),
    GAP,
  );
}
