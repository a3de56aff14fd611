import { formatNumber } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { FactLine } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';
import { byTask, isHandedOver } from './lossPlaces.ts';
import { LEAK_CORRELATION, LEAK_DISTINCT, LEAK_ROWS } from './thresholds.ts';

/** A task's target stands among the inputs. */
export const labelLeakage: Rule = {
  id: 'labelLeakage',
  exact: true,
  judge: (view) => {
    const lines = byTask(view.facts('labelAmongInputs')).filter((line) => !repeatsFew(line, view));
    const [nearest] = lines.map(({ details }) => Math.abs(toNumber(details.correlation))).sort((a, b) => b - a);
    return verdict(
      // A line through one column is what a first example fits.
      lines
        .filter(
          ({ details: { rows, columns, correlation } }) =>
            rows >= LEAK_ROWS && columns > 1 && Math.abs(toNumber(correlation)) >= LEAK_CORRELATION,
        )
        .map((line) => leakFinding(line, view)),
      nearest === undefined
        ? say('No column of the inputs goes with a target: none has a correlation of 0.99.')
        : say(
            'The column that goes with a target best has a correlation of {0}; {1} over {2} rows would be a leak.',
            formatNumber(nearest),
            LEAK_CORRELATION,
            LEAK_ROWS,
          ),
    );
  },
};

/** A few rows that come again and again lie on a line by chance; ids of classes are few by nature. */
function repeatsFew({ task }: FactLine<'labelAmongInputs'>, view: RunView): boolean {
  const labels = view.facts('labels').findLast((line) => line.task === task)?.details;
  return labels !== undefined && !labels.whole && labels.distinct !== null && labels.distinct < LEAK_DISTINCT;
}

function leakFinding(
  { task, objective, position, details, step }: FactLine<'labelAmongInputs'>,
  view: RunView,
): RuleFinding {
  const { input, column, columns, correlation, rows } = details;
  const name = task === null ? '' : view.nameOf(task);
  return {
    place: `${task ?? ''} ${input}:${column}`,
    severity: 'warning',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression: isHandedOver(objective, view) ? { of: 'argument', index: 0 } : { of: 'input' },
    message: [
      say(
        'Column {0} of input {1} tells the target of {2}: their correlation is {3} over {4} rows.',
        column,
        input,
        name,
        formatNumber(correlation),
        rows,
      ),
      say('The model copies it, and will have nothing to copy where the target is not known.'),
    ],
    evidence: [
      {
        name: 'correlation of input column and target',
        value: correlation,
        unit: '',
        interval: null,
        steps: { from: 1, to: step, count: step },
      },
      { name: 'columns of the inputs', value: columns, unit: '', interval: null, steps: null },
    ],
    why: [say('Training and validation both look excellent, and the shared layers learn to pass one column through.')],
    advice: [
      {
        id: 'column',
        text: [say('Take column {0} out of the inputs, or whatever the target was computed from.', column)],
        change: null,
        state: 'untried',
      },
    ],
    source: 'S. Kaufman et al.: Leakage in Data Mining, ACM TKDD 6(4), 2012',
    related: [],
    since: step,
  };
}
