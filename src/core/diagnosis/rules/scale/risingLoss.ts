import { mean } from '../../../measure/seriesInterval.ts';
import { formatNumber, formatPercent } from '../../../report/format.ts';
import type { Objective } from '../../../run/record.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { placeIn } from './place.ts';
import { tasksOf } from './meeting.ts';
import { isRunaway, runawayFinding } from './runawayLoss.ts';
import { courseOf, type TaskCourse } from './taskCourse.ts';
import { LEARNED, RISE, RISES_AT, RISE_OF_LEARNED, RISE_OF_SUBTRACTED } from './thresholds.ts';

/** A task's own loss rises while it is trained, or falls without end: it was meant the other way round. */
export const risingLoss: Rule = {
  id: 'risingLoss',
  exact: false,
  judge: (view) => {
    const rises = view.objectives.flatMap((objective) =>
      tasksOf(view, objective).flatMap((task) => {
        const course = courseOf(view, task, objective.id);
        return course === null ? [] : [riseOf(course, objective, view)];
      }),
    );
    const runaways = rises.filter(({ course, weight }) => weight > 0 && isRunaway(course));
    return verdict(
      [
        ...runaways.map(({ course }) => runawayFinding(course, view)),
        ...(runaways.length > 0 ? [] : told(rises.filter(isRise))).map((each) => risingFinding(each, view)),
      ],
      whySilent(rises, view),
    );
  },
};

interface Rise {
  readonly course: TaskCourse;
  readonly objective: Objective;
  /** Its factor in the total, the newest. */
  readonly weight: number;
  /** Of the whole run, or of its later half: which one rises more surely. */
  readonly trend: TaskCourse['whole'];
  /** The loss of now over that at the beginning of the part that the trend is of. */
  readonly factor: number;
}

function riseOf(course: TaskCourse, objective: Objective, view: RunView): Rise {
  const weight = view.lossSeries(course.task, 'weight', objective.id).at(-1)?.value ?? NaN;
  const { whole, later, start, recent, points } = course;
  const values = points.map(({ value }) => value);
  // The middle fifth is where the later half begins.
  const half = mean(values.slice(Math.floor(0.4 * values.length), Math.ceil(0.6 * values.length)));
  return whole.z >= later.z
    ? { course, objective, weight, trend: whole, factor: recent / start }
    : { course, objective, weight, trend: later, factor: recent / half };
}

function isRise({ trend, factor, weight, course }: Rise): boolean {
  const least = weight < 0 ? RISE_OF_SUBTRACTED : RISE;
  // A loss that is negative (a log likelihood, a critic's value) has no factor to rise by.
  return trend.z > 0 && trend.p < RISES_AT && course.start > 0 && factor > least;
}

/** Where a loss is driven up by its sign, the others of its objective rise with it. */
function told(rises: readonly Rise[]): readonly Rise[] {
  const driven = new Set(rises.filter(({ weight }) => weight < 0).map(({ objective }) => objective.id));
  return rises.filter(({ weight, objective }) => weight < 0 || !driven.has(objective.id));
}

function risingFinding({ course, objective, weight, trend, factor }: Rise, view: RunView): RuleFinding {
  const { task, steps, recent, points } = course;
  const name = view.nameOf(task);
  const isSubtracted = weight < 0;
  // Networks that play against each other have objectives of their own, and losses that rise in turn.
  const mayBeMeant = view.objectives.length > 1 && !isSubtracted;
  const isHarmless = !isSubtracted && course.level <= LEARNED && factor < RISE_OF_LEARNED;
  return {
    place: task,
    severity: mayBeMeant || isHarmless ? 'information' : 'warning',
    tasks: [task],
    groups: view.groups.filter(({ kind, tasks }) => kind === 'tower' && tasks[0] === task).map(({ id }) => id),
    ...placeIn(view, task, isSubtracted ? 'lossWeight' : 'loss'),
    message: [
      say('The loss of {0} rises: it is {1}, {2} times what it was.', name, formatNumber(recent), formatNumber(factor)),
      ...(isSubtracted
        ? [
            say(
              'It is subtracted: its weight in the total is {0}, so training makes it as large as it can.',
              formatNumber(weight),
            ),
          ]
        : []),
      ...(mayBeMeant
        ? [say('Several objectives take turns in this run: where they play against each other, that is meant.')]
        : []),
      ...(isHarmless && !mayBeMeant
        ? [
            say(
              'It is still at {0} of where it came from: little is lost yet.',
              formatPercent(course.recent / course.start),
            ),
          ]
        : []),
    ],
    evidence: [
      {
        name: `loss of ${name}, times what it was`,
        value: factor,
        unit: '×',
        interval: null,
        steps,
        series: [{ name, points }],
      },
      { name: 'Kendall’s tau of the trend', value: trend.tau, unit: '', interval: null, steps },
      { name: 'p of no trend', value: trend.p, unit: '', interval: null, steps },
    ],
    why: [
      isSubtracted
        ? say('The total falls while this loss grows: the curve of the total looks like success.')
        : say('What the update does for the others, or its size, costs this task more than its own gradient gains.'),
    ],
    advice: adviceFor(isSubtracted, name, objective),
    source: 'H. B. Mann 1945, M. G. Kendall 1975: test for trends',
    related: [],
    ...(isSubtracted ? { isAskedFor: true } : {}),
    since: null,
  };
}

function adviceFor(isSubtracted: boolean, name: string, { optimizer }: Objective): Advice[] {
  const rate = optimizer?.learningRate ?? null;
  return isSubtracted
    ? [
        {
          id: 'sign',
          text: [
            say(
              'If it is a loss, add it: turn its sign. Values that are to grow, such as an entropy, stay subtracted.',
            ),
          ],
          change: null,
          state: 'untried',
        },
      ]
    : [
        {
          id: 'look',
          text: [
            rate === null
              ? say('Look first whether a lower rate stops it; then at conflicts of {0} with the other tasks.', name)
              : say(
                  'Look first whether a rate lower than {1} stops it; then at conflicts of {0} with the other tasks.',
                  name,
                  formatNumber(rate),
                ),
          ],
          change: null,
          state: 'untried',
        },
      ];
}

function whySilent(rises: readonly Rise[], view: RunView): Sentence {
  const highest = [...rises].sort((a, b) => b.factor - a.factor)[0];
  if (highest === undefined) {
    return say('It takes 30 readings of a loss to tell a trend.');
  }
  const name = view.nameOf(highest.course.task);
  const weighted = view.groups.some(({ kind }) => kind === 'weighting');
  const [factor, p] = [formatNumber(highest.factor), formatNumber(highest.trend.p)];
  return weighted
    ? say(
        'No task’s own loss rises: {0} is at {1} times its former level (p {2}). A total below 0 is normal with learned weights: its optimum is 1 + ln L for each task.',
        name,
        factor,
        p,
      )
    : say(
        'No task’s own loss rises: {0} is at {1} times its former level (p {2}); a rise is from {3} on, with p below {4}.',
        name,
        factor,
        p,
        RISE,
        RISES_AT,
      );
}
