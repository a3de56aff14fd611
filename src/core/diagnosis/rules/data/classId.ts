import { formatNumber } from '../../../report/format.ts';
import type { FactLine } from '../../../run/record.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { byTask, targetExpression } from './lossPlaces.ts';

/** A label names a class that the prediction has not: its row is coded as zeros, and teaches nothing. */
export const classId: Rule = {
  id: 'classId',
  exact: true,
  judge: (view) => {
    const lines = byTask(view.facts('classIds'));
    const outside = lines.filter(({ details }) => details.outside > 0);
    return verdict(
      outside.filter(({ details }) => !details.masked).map((line) => classFinding(line, view)),
      silent(lines, outside),
    );
  },
};

function silent(lines: readonly FactLine<'classIds'>[], outside: readonly FactLine<'classIds'>[]): Sentence {
  if (lines.length === 0) {
    return say('No loss turns class ids into one-hot rows.');
  }
  const looked = lines.reduce((sum, { details }) => sum + details.values, 0);
  return outside.length === 0
    ? say('All {0} class ids that were looked at name a class.', looked)
    : say('Some class ids name no class, and the loss has a mask, which may leave their rows out.');
}

function classFinding(line: FactLine<'classIds'>, view: RunView): RuleFinding {
  const { task, position, details, step } = line;
  const { classes, outside, values } = details;
  const first = view.facts('classIds').find((each) => each.task === task && each.details.outside > 0)?.step ?? step;
  const worst = toNumber(details.worst);
  const name = task === null ? '' : view.nameOf(task);
  return {
    place: task ?? '',
    severity: 'error',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression: targetExpression(line, view),
    message: [
      Number.isNaN(worst)
        ? say(
            '{0} of {1} one-hot rows of {2} are all zeros: they name none of {3} classes.',
            outside,
            values,
            name,
            classes,
          )
        : say(
            '{0} of {1} labels of {2} name a class that is not there, such as {3}: classes are 0 to {4}.',
            outside,
            values,
            name,
            formatNumber(worst),
            classes - 1,
          ),
      say('tfjs says nothing: their rows count as zeros, so the loss stays finite.'),
    ],
    evidence: [
      {
        name: 'labels outside the classes',
        value: (100 * outside) / values,
        unit: '%',
        interval: null,
        steps: { from: first, to: step, count: step - first + 1 },
      },
    ],
    why: [
      say(
        'These rows have a loss of 0 whatever is predicted: the task looks better than it is, and learns nothing of them.',
      ),
    ],
    advice: [
      {
        id: 'classes',
        text: [
          say('Count classes from 0, and give the prediction one unit for each; or leave such rows out by a mask.'),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-core/src/backends cpu OneHot: an index outside of the depth leaves a row of off-values',
    related: [],
    since: first,
  };
}
