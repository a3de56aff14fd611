import { formatNumber, formatPercent } from '../../../report/format.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { placeIn } from './place.ts';
import { sharedGroupOf, signalOf, tasksOf } from './meeting.ts';
import { courseOf, type TaskCourse } from './taskCourse.ts';
import { FALLS_AT, HAS_FALLEN, MAY_FALL, NOT_MOVED, SIGNAL, STEPS_TO_FALL } from './thresholds.ts';

/** Below this a loss whose targets are not known counts as learned: there is nothing left to fall. */
const NEXT_TO_NOTHING = 0.01;

/** A task whose loss has not moved while another's has fallen: the training works, and not for it. */
export const stalledTask: Rule = {
  id: 'stalledTask',
  exact: false,
  judge: (view) => {
    const courses = coursesOf(view);
    const falling = courses.filter(hasFallen).sort((a, b) => a.level - b.level);
    const [best] = falling;
    // Of a task that several objectives have, trained in turn or one after the other, one that falls is enough.
    const fallen = new Set(falling.map(({ task }) => task));
    const stalled = best === undefined ? [] : courses.filter((each) => !fallen.has(each.task) && isStalled(each, view));
    return verdict(
      best === undefined ? [] : stalled.map((each) => stalledFinding(each, best, view)),
      whySilent(courses, best),
    );
  },
};

interface Course extends TaskCourse {
  readonly objective: string;
}

function coursesOf(view: RunView): Course[] {
  return view.objectives.flatMap((objective) =>
    tasksOf(view, objective).flatMap((task) => {
      const course = courseOf(view, task, objective.id);
      return course === null || course.steps.count < STEPS_TO_FALL ? [] : [{ ...course, objective: objective.id }];
    }),
  );
}

function hasFallen({ whole, level }: TaskCourse): boolean {
  return whole.z < 0 && whole.p < FALLS_AT && level < HAS_FALLEN;
}

function isStalled(course: Course, view: RunView): boolean {
  const { whole, later, change, level, recent, reference } = course;
  const fallsAnywhere = [whole, later].some(({ z, p }) => z < 0 && p < FALLS_AT);
  const isLearned = reference.from === 'start' && Math.abs(recent) < NEXT_TO_NOTHING;
  return !fallsAnywhere && level > NOT_MOVED && change.low > -MAY_FALL && !isLearned && !isNoiseAlone(course, view);
}

/** The gradient that is left is noise: the task has come to where it can get, or there is nothing to learn. */
function isNoiseAlone({ task, objective }: Course, view: RunView): boolean {
  const tasks = view.objectives.filter(({ id }) => id === objective).flatMap((each) => tasksOf(view, each));
  const group = sharedGroupOf(view, task, tasks);
  const signal = group === null ? null : signalOf(view, task, group.id, objective);
  return signal !== null && signal.high < SIGNAL;
}

function stalledFinding(course: Course, best: Course, view: RunView): RuleFinding {
  const { task, steps, whole, change } = course;
  const [name, other] = [view.nameOf(task), view.nameOf(best.task)];
  const groups = view.groups.filter(({ kind, tasks }) => kind === 'tower' && tasks[0] === task).map(({ id }) => id);
  // Networks that play against each other have objectives of their own, and losses that come to rest.
  const mayBeMeant = view.objectives.length > 1;
  return {
    place: task,
    severity: mayBeMeant ? 'information' : 'warning',
    tasks: [task],
    groups,
    ...placeIn(view, task, 'loss'),
    message: [
      say(
        'The loss of {0} has not fallen in {1} steps: it is {2}, and was {3}.',
        name,
        steps.count,
        formatNumber(course.recent),
        formatNumber(course.start),
      ),
      say('That of {0} has fallen to {1} of its start.', other, formatPercent(best.recent / best.start)),
      ...(mayBeMeant
        ? [say('Several objectives take turns in this run: where they play against each other, that is meant.')]
        : []),
    ],
    evidence: [
      {
        name: `loss of ${name}, of its loss at the start`,
        value: (100 * course.recent) / course.start,
        unit: '%',
        interval: null,
        steps,
        series: [
          { name: view.nameOf(task), points: relative(course) },
          { name: other, points: relative(best) },
        ],
      },
      {
        name: `change of the loss of ${name} in the later half`,
        value: 100 * change.value,
        unit: '%',
        interval: [100 * change.low, 100 * change.high],
        steps,
      },
      { name: `p of a trend in the loss of ${name}`, value: whole.p, unit: '', interval: null, steps },
    ],
    why: [
      say(
        'The training works for {0}, so it is not the data’s reading nor the rate alone that keeps {1} back.',
        other,
        name,
      ),
    ],
    advice: [
      {
        id: 'look',
        text: [
          say(
            'Look at the paths of {0} and its share of the shared update; where both are right, give it a higher weight or a higher rate of its own.',
            name,
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source:
      'H. B. Mann 1945 and M. G. Kendall 1975 (test for trends); SageMaker Debugger’s LossNotDecreasing, for each task',
    related: [],
    since: null,
  };
}

function relative({ points, start }: TaskCourse): TaskCourse['points'] {
  return points.map(({ step, value }) => ({ step, value: value / start }));
}

function whySilent(courses: readonly Course[], best: Course | undefined): Sentence {
  if (courses.length === 0) {
    return say('It takes {0} steps to say that a loss does not fall.', STEPS_TO_FALL);
  }
  const highest = Math.max(...courses.map(({ level }) => level));
  return best === undefined
    ? say('No loss has fallen below {0} of its reference: that is not one task’s matter.', formatPercent(HAS_FALLEN))
    : say(
        'The highest loss is at {0} of its reference, or falls, or only noise is left of its gradient; a loss stalls above {1}.',
        formatPercent(highest),
        formatPercent(NOT_MOVED),
      );
}
