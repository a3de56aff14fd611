import { formatNumber, formatPercent } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { FactLine } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';
import { byTask, targetExpression } from './lossPlaces.ts';
import { CONSTANT_ROWS } from './thresholds.ts';

/** Targets hold NaN or an infinity, and the loss is not finite. */
export const nonFiniteLabels: Rule = {
  id: 'nonFiniteLabels',
  exact: true,
  judge: (view) => {
    const lines = byTask(view.facts('labels'));
    const broken = lines.filter(({ details }) => details.nonFinite > 0);
    return verdict(
      broken.filter(({ task }) => breaksTraining(task, view)).map((line) => nonFiniteFinding(line, view)),
      lines.length === 0
        ? say('No targets were seen.')
        : broken.length === 0
          ? say(
              'All {0} target values that were looked at are finite.',
              lines.reduce((sum, { details }) => sum + details.values, 0),
            )
          : say('Some targets are not finite, and losses and gradients are: a mask leaves them out.'),
    );
  },
};

/** NaN may stand for a label that is missing, and be masked: then the loss stays finite. */
function breaksTraining(task: string | null, view: RunView): boolean {
  return (
    view.events.some((event) => event.kind === 'nonFinite' && (event.task === null || event.task === task)) ||
    (task !== null && view.lossSeries(task, 'raw').some(({ value }) => !Number.isFinite(value)))
  );
}

function nonFiniteFinding(line: FactLine<'labels'>, view: RunView): RuleFinding {
  const { task, details, position, step } = line;
  const first = view.facts('labels').find((each) => each.task === task && each.details.nonFinite > 0)?.step ?? step;
  return {
    place: task ?? '',
    severity: 'error',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression: targetExpression(line, view),
    message: [
      say(
        '{0} of {1} target values of {2} are NaN or infinite, first at step {3}.',
        details.nonFinite,
        details.values,
        task === null ? '' : view.nameOf(task),
        first,
      ),
      say('The loss is not finite, and neither is any weight that it moves.'),
    ],
    evidence: [
      {
        name: 'target values that are not finite',
        value: (100 * details.nonFinite) / details.values,
        unit: '%',
        interval: null,
        steps: { from: first, to: step, count: step - first + 1 },
      },
    ],
    why: [say('One such number makes every weight of the task and of what it shares NaN, for good.')],
    advice: [
      {
        id: 'mask',
        text: [
          say(
            'Clean the data; or give missing labels a finite stand-in and leave their rows out, as maskedMean of mtl-debugger does.',
          ),
          say('A product with 0 is no mask here: 0 times NaN is NaN.'),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'IEEE 754-2019, section 6.2: NaN propagates through every operation',
    related: [],
    since: first,
  };
}

/** Every target of a task is the same: nothing can be learned but that number. */
export const constantLabels: Rule = {
  id: 'constantLabels',
  exact: true,
  judge: (view) => {
    const lines = byTask(view.facts('labels'));
    const enough = lines.filter(({ details }) => details.rows >= CONSTANT_ROWS);
    const constant = enough.filter(
      ({ task, details }) => details.sameRows && details.nonFinite === 0 && hasTower(task, view),
    );
    const meant = constant.filter(({ details }) => view.objectives.length > 1 && isRealOrMade(details));
    return verdict(
      constant.filter((line) => !meant.includes(line)).map((line) => constantFinding(line, view)),
      enough.length === 0
        ? say('No task has shown {0} rows of targets yet.', CONSTANT_ROWS)
        : meant.length > 0
          ? say('Several objectives are trained, as in a GAN: a constant target between 0 and 1 may be meant.')
          : say('The targets of every task differ from row to row.'),
    );
  },
};

/** The targets of a GAN's two sides are constants between 0 and 1. */
function isRealOrMade({ min, max }: FactLine<'labels'>['details']): boolean {
  return min === max && toNumber(min) >= 0 && toNumber(max) <= 1;
}

/** A term without a tower is one of several on one prediction. */
function hasTower(task: string | null, view: RunView): boolean {
  return task !== null && view.groups.some(({ kind, tasks }) => kind === 'tower' && tasks.includes(task));
}

function constantFinding(line: FactLine<'labels'>, view: RunView): RuleFinding {
  const { task, details, position, step } = line;
  const first = view.facts('labels').find((each) => each.task === task && each.details.rows >= CONSTANT_ROWS)?.step;
  const name = task === null ? '' : view.nameOf(task);
  return {
    place: task ?? '',
    severity: 'warning',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression: targetExpression(line, view),
    message: [
      details.min === details.max
        ? say('All {0} targets of {1} that were looked at are {2}.', details.rows, name, formatNumber(details.min))
        : say('All {0} target rows of {1} that were looked at are the same.', details.rows, name),
      say('Its head can learn that one answer, and nothing of the inputs.'),
    ],
    evidence: [
      {
        name: 'variance of the targets',
        value: details.min === details.max ? details.variance : 0,
        unit: '',
        interval: null,
        steps: { from: 1, to: step, count: step },
      },
      {
        name: 'rows that are the same',
        value: details.rows,
        unit: 'rows',
        interval: null,
        steps: { from: 1, to: step, count: step },
      },
    ],
    why: [
      say(
        'A bias is enough for a constant; what the task asks of the shared layers beyond that is to be blind to the inputs.',
      ),
    ],
    advice: [
      {
        id: 'labels',
        text: [
          say(
            'See whether the right column was read, and whether the data is sorted by it: then shuffle before training.',
          ),
          say('{0} of the values are the most frequent one.', formatPercent(details.modeShare)),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'T. Hastie, R. Tibshirani, J. Friedman: The Elements of Statistical Learning, 2009, section 2.4',
    related: [],
    since: first ?? step,
  };
}
