import { nearestToOrigin } from '../../../advice/aggregators/algebra/nearestPoint.ts';
import { cosines, product, square } from '../../../advice/aggregators/algebra/matrix.ts';
import { middleOfSeries } from '../../../measure/seriesInterval.ts';
import { formatNames, formatNumber } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { GroupMeasure, Objective, VariableGroup } from '../../../run/record.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { adviceOnMethods } from './adviceOnMethods.ts';
import { evidence } from './place.ts';
import { laterHalf, looked, meetings, type Looked } from './meeting.ts';
import { courseOf, standsStill } from './taskCourse.ts';
import { LOOKS, STEPS_TO_FALL, TRADE_OFF } from './thresholds.ts';

/** No step of the shared variables serves all tasks: what is left is to choose who pays. */
export const tradeOff: Rule = {
  id: 'tradeOff',
  exact: false,
  judge: (view) => {
    const shortest = shortestIn(view);
    return verdict(
      shortest.filter(({ length }) => length.high < TRADE_OFF).map((each) => tradeOffFinding(each, view)),
      whySilent(shortest),
    );
  },
};

interface Shortest {
  readonly objective: Objective;
  readonly group: VariableGroup;
  readonly tasks: readonly string[];
  /** Length of the shortest combination, weights at least 0 and of sum 1, of the tasks' gradients made to length 1. */
  readonly length: Looked;
}

/** In the largest group that several tasks of an objective share. */
function shortestIn(view: RunView): Shortest[] {
  return meetings(view).flatMap(({ objective, tasks }) => {
    const inGroup = (group: VariableGroup): string[] => tasks.filter((task) => group.tasks.includes(task));
    const group = view.groups
      .filter((each) => each.kind === 'shared' && inGroup(each).length > 1)
      .sort((a, b) => inGroup(b).length - inGroup(a).length || b.size - a.size)[0];
    if (group === undefined) {
      return [];
    }
    const points = view.steps.flatMap((step) => {
      const measure = step.objective === objective.id ? step.group(group.id) : undefined;
      const value = measure === undefined ? NaN : lengthOf(measure, inGroup(group));
      return Number.isFinite(value) ? [{ step: step.step, value }] : [];
    });
    const length = looked(laterHalf(points), middleOfSeries);
    return length === null ? [] : [{ objective, group, tasks: inGroup(group), length }];
  });
}

/** NaN where a task has no gradient: the point is then the origin, and says nothing. */
function lengthOf({ terms, gram }: GroupMeasure, tasks: readonly string[]): number {
  const places = tasks.map((task) => terms.indexOf(task));
  const at = (i: number, j: number): number => {
    const [row, column] = [Math.min(i, j), Math.max(i, j)];
    return toNumber(gram[row * terms.length - (row * (row - 1)) / 2 + (column - row)] ?? 'NaN');
  };
  const matrix = square(tasks.length, (i, j) => at(places[i] ?? -1, places[j] ?? -1));
  if (places.includes(-1) || !matrix.flat().every(Number.isFinite) || matrix.some((row, i) => !((row[i] ?? 0) > 0))) {
    return NaN;
  }
  const unit = cosines(matrix);
  const weights = nearestToOrigin(unit);
  return Math.sqrt(Math.max(0, product(weights, unit, weights)));
}

function tradeOffFinding({ objective, group, tasks, length }: Shortest, view: RunView): RuleFinding {
  const names = formatNames(tasks.map((task) => view.nameOf(task)));
  const courses = tasks.map((task) => courseOf(view, task, objective.id));
  // That the tasks end at a trade-off is how a joint training ends; that it begins there is harm.
  const noneLearns = courses.every(
    (course) => course !== null && course.steps.count >= STEPS_TO_FALL && standsStill(course),
  );
  return {
    place: group.id,
    severity: noneLearns ? 'warning' : 'information',
    tasks,
    groups: [group.id],
    position: objective.position,
    expression: null,
    message: [
      say('No step of {0} serves all of {1}: the gradients cancel out, whatever their lengths.', group.label, names),
      say('Their shortest combination has length {0}, where each has 1.', formatNumber(length.value)),
      ...(noneLearns ? [say('None of their losses falls.')] : []),
    ],
    evidence: [
      {
        ...evidence('shortest combination of the unit gradients', '', length),
        series: [{ name: 'length', points: length.points }],
      },
    ],
    why: [
      say('From here one task gains what another pays, to first order: a weighting chooses who, and none spares all.'),
    ],
    get advice(): readonly Advice[] {
      return [
        {
          id: 'choose',
          text: [say('Choose what each task is worth, by its weight; or give the tasks more layers of their own.')],
          change: null,
          state: 'untried',
        },
        ...adviceOnMethods(view, objective.id),
      ];
    },
    source:
      'J.-A. Désidéri 2012; O. Sener, V. Koltun: Multi-Task Learning as Multi-Objective Optimization, NeurIPS 2018',
    related: [],
    since: null,
  };
}

function whySilent(shortest: readonly Shortest[]): Sentence {
  const least = [...shortest].sort((a, b) => a.length.value - b.length.value)[0];
  return least === undefined
    ? say('It takes {0} deep steps with the gradients of several tasks in a group that they share.', LOOKS)
    : say(
        'The shortest combination of the tasks’ unit gradients has length {0}, up to {1}; nothing but trade-offs is left below {2}.',
        formatNumber(least.length.value),
        formatNumber(least.length.high),
        TRADE_OFF,
      );
}
