import { formatNumber, formatPercent } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { FactLine } from '../../../run/record.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { placeOf } from '../graphHistory.ts';
import { byTask, isHandedOver, targetExpression } from './lossPlaces.ts';
import { SPARSE_ROWS, SPARSE_SHARE, SPARSE_TIMES, STAND_IN_SHARE } from './thresholds.ts';

/** Few rows teach a task, and the others count in its loss all the same. */
export const sparseLabels: Rule = {
  id: 'sparseLabels',
  exact: false,
  judge: (view) => {
    const taught = byTask(view.facts('taughtRows')).filter(({ details }) => details.rows >= SPARSE_ROWS);
    const most = Math.max(0, ...taught.map(shareOf));
    const found = taught.flatMap((line) => {
      const share = shareOf(line);
      if (share > 0 && share < SPARSE_SHARE && most >= SPARSE_TIMES * share) {
        return [fewTeach(line, most, view)];
      }
      const labels = byTask(view.facts('labels')).find(({ task }) => task === line.task);
      return labels !== undefined && isStandIn(labels) && share > 1 - labels.details.modeShare
        ? [standInTeaches(labels, share, view)]
        : [];
    });
    return verdict(found, silent(taught));
  },
};

function silent(taught: readonly FactLine<'taughtRows'>[]): Sentence {
  const [least] = [...taught].sort((a, b) => shareOf(a) - shareOf(b));
  return least === undefined
    ? say('No task has shown {0} rows and their gradients yet.', SPARSE_ROWS)
    : say(
        'Of the rows of a batch, {0} at least teach each task; below {1} would be few.',
        formatPercent(shareOf(least)),
        formatPercent(SPARSE_SHARE),
      );
}

function shareOf({ details }: FactLine<'taughtRows'>): number {
  return details.taught / details.rows;
}

/** Numbers on a scale, nearly all of which are one: class ids and bits may be as they are. */
function isStandIn({ details }: FactLine<'labels'>): boolean {
  const { distinct, whole, modeShare, rows, values } = details;
  return rows >= SPARSE_ROWS && values === rows && !whole && distinct !== 1 && modeShare >= STAND_IN_SHARE;
}

const MASK: Advice = {
  id: 'maskedMean',
  text: [
    say('Divide the sum of the loss by the number of rows that have a label, as maskedMean of mtl-debugger does.'),
  ],
  change: null,
  state: 'untried',
};

function fewTeach(line: FactLine<'taughtRows'>, most: number, view: RunView): RuleFinding {
  const { task, objective, position, details, step } = line;
  const call = view.objectives.find(({ id }) => id === objective)?.position ?? null;
  const name = task === null ? '' : view.nameOf(task);
  const share = shareOf(line);
  const weight = toNumber(details.weight);
  // Between a mean over all rows (1) and one over those that teach (1 / share): nearer to the first.
  const overAll = weight * weight < 1 / share;
  return {
    place: task ?? '',
    severity: overAll ? 'warning' : 'information',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression:
      placeOf(position) === placeOf(call) && isHandedOver(objective, view) ? { of: 'loss', task: name } : null,
    message: [
      say('{0} of the rows teach {1}; another task is taught by {2}.', formatPercent(share), name, formatPercent(most)),
      overAll
        ? say(
            'Its loss is averaged over all rows, those without a label too: it counts {0} times less than one over the labelled.',
            formatNumber(1 / (share * Math.max(weight, Number.MIN_VALUE))),
          )
        : say('Its loss is averaged over those alone, so it counts in full, and rests on few rows at each step.'),
    ],
    evidence: evidenceOf(share, details.rows, step),
    why: [
      overAll
        ? say('The batch size is in the loss where the number of labels should be: the task is drowned by the others.')
        : say('A gradient from few rows is noisy, also where it reaches the shared layers.'),
    ],
    advice: overAll
      ? [MASK]
      : [
          {
            id: 'batches',
            text: [say('Draw batches so that each has labelled rows, or take larger ones.')],
            change: null,
            state: 'untried',
          },
        ],
    source: "A. Kendall, Y. Gal, R. Cipolla, CVPR 2018: each task's loss is a mean over its own labels",
    related: [],
    since: null,
  };
}

function standInTeaches(line: FactLine<'labels'>, share: number, view: RunView): RuleFinding {
  const { task, position, details, step } = line;
  const name = task === null ? '' : view.nameOf(task);
  return {
    place: task ?? '',
    severity: 'warning',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression: targetExpression(line, view),
    message: [
      say(
        '{0} of the targets of {1} are {2}, and {3} of the rows teach it: what stands for a missing label is learned as one.',
        formatPercent(details.modeShare),
        name,
        formatNumber(details.mode),
        formatPercent(share),
      ),
    ],
    evidence: evidenceOf(1 - details.modeShare, details.rows, step),
    why: [
      say(
        'The head learns to answer {0} always: that is nearly right for nearly every row.',
        formatNumber(details.mode),
      ),
    ],
    advice: [MASK],
    source: 'R. J. A. Little, D. B. Rubin: Statistical Analysis with Missing Data, 2019, section 1.3',
    related: [],
    since: null,
  };
}

function evidenceOf(share: number, rows: number, step: number): RuleFinding['evidence'] {
  return [
    {
      name: 'rows with a label that teaches',
      value: 100 * share,
      unit: '%',
      interval: null,
      steps: { from: 1, to: step, count: step },
    },
    { name: 'rows looked at', value: rows, unit: 'rows', interval: null, steps: null },
  ];
}
