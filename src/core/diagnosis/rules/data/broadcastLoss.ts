import type { FactLine } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';
import { placeOf } from '../graphHistory.ts';

/** Target and prediction differ in rank, so that each row is compared with every other. */
export const broadcastLoss: Rule = {
  id: 'broadcastLoss',
  exact: true,
  judge: (view) =>
    verdict(
      atPlaces(view).map((line) => broadcastFinding(line, view)),
      say('In no loss are prediction and target stretched to fit each other.'),
    ),
};

/** The last batch of an epoch has another length: a place is told once. */
function atPlaces(view: RunView): readonly FactLine<'broadcast'>[] {
  const places = new Map<string, FactLine<'broadcast'>>();
  for (const line of view.facts('broadcast')) {
    const key = `${line.task ?? ''} ${placeOf(line.position)}`;
    places.set(key, places.get(key) ?? line);
  }
  return [...places.values()];
}

function broadcastFinding({ task, position, details, step }: FactLine<'broadcast'>, view: RunView): RuleFinding {
  const [prediction, target, result] = [details.prediction, details.target, details.result].map(shape);
  const count = details.target.reduce((product, length) => product * length, 1);
  const compared = details.result.reduce((product, length) => product * length, 1);
  return {
    place: `${task ?? ''} ${placeOf(position)}`,
    severity: 'error',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression: null,
    message: [
      say(
        'The loss of {0} compares a prediction of shape {1} with a target of shape {2}: both are stretched to {3}.',
        task === null ? '' : view.nameOf(task),
        prediction ?? '',
        target ?? '',
        result ?? '',
      ),
      say('Every row is compared with the targets of all {0} rows.', count),
    ],
    evidence: [
      {
        name: 'numbers that are compared, for each that should be',
        value: compared / count,
        unit: '×',
        interval: null,
        steps: { from: step, to: step, count: 1 },
      },
    ],
    why: [say('The best that such a loss can teach is the mean of the batch: no row learns its own target.')],
    advice: [
      {
        id: 'reshape',
        text: [
          say(
            'Bring both to one shape before they meet: reshape the target to {0}, or squeeze the prediction.',
            prediction ?? '',
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-core/src/ops/broadcast_util.ts, assertAndGetBroadcastShape',
    related: [],
    since: step,
  };
}

function shape(lengths: readonly number[]): string {
  return `[${lengths.join(', ')}]`;
}
