import { mean } from '../../../measure/seriesInterval.ts';
import { formatNumber } from '../../../report/format.ts';
import type { RuleFinding } from '../../finding.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';
import { placeIn } from './place.ts';
import type { TaskCourse } from './taskCourse.ts';
import { RISES_AT, RUNAWAY } from './thresholds.ts';

/**
 * A loss that is below 0 and falls ever faster has no lowest value, as a squared error has none whose sign was turned in the loss itself. A
 * log likelihood is below 0, too, but grows with the logarithm of what is learned.
 */
export function isRunaway({ start, recent, later, points }: TaskCourse): boolean {
  const values = points.map(({ value }) => value);
  const middle = mean(values.slice(Math.floor(0.4 * values.length), Math.ceil(0.6 * values.length)));
  return (
    recent < RUNAWAY.later * Math.min(0, middle) &&
    recent < -RUNAWAY.whole * Math.max(1, Math.abs(start)) &&
    later.z < 0 &&
    later.p < RISES_AT
  );
}

/** Where the script computes the loss, which is where its sign is; else where it is told what the loss is. */
function ownPlace(view: RunView, task: string): Pick<RuleFinding, 'position' | 'expression'> {
  const own = view.facts('ownLoss').findLast((line) => line.task === task)?.position ?? null;
  return own === null ? placeIn(view, task, 'loss') : { position: own, expression: null };
}

export function runawayFinding({ task, steps, start, recent, points, later }: TaskCourse, view: RunView): RuleFinding {
  const name = view.nameOf(task);
  return {
    place: task,
    severity: 'warning',
    tasks: [task],
    groups: view.groups.filter(({ kind, tasks }) => kind === 'tower' && tasks[0] === task).map(({ id }) => id),
    ...ownPlace(view, task),
    message: [
      say(
        'The loss of {0} falls without end: it was {1} and is {2}, and it falls faster and faster.',
        name,
        formatNumber(start),
        formatNumber(recent),
      ),
      say('It has no lowest value: what it measures grows as far as it can, as an error does whose sign was turned.'),
    ],
    evidence: [
      { name: `loss of ${name}`, value: recent, unit: '', interval: null, steps, series: [{ name, points }] },
      { name: 'Kendall’s tau of the later half', value: later.tau, unit: '', interval: null, steps },
      { name: 'p of no trend in the later half', value: later.p, unit: '', interval: null, steps },
    ],
    why: [
      say('The total falls while predictions move away from their targets: the curve of the total looks like success.'),
    ],
    advice: [
      {
        id: 'sign',
        text: [say('Turn the sign of the loss. A reward or a likelihood that is meant to grow needs a bound.')],
        change: null,
        state: 'untried',
      },
    ],
    source: 'H. B. Mann 1945, M. G. Kendall 1975: test for trends',
    related: [],
    isAskedFor: true,
    since: null,
  };
}
