import type { FactLine } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';
import { isHandedOver } from './lossPlaces.ts';

/** Probabilities are taken for logits: the activation is applied twice. */
export const doubleActivation: Rule = {
  id: 'doubleActivation',
  exact: true,
  judge: (view) =>
    verdict(
      view.newestFacts('doubleActivation').map((line) => doubledFinding(line, view)),
      say('No loss applies a softmax or a sigmoid to what one has made already.'),
    ),
};

function doubledFinding(
  { task, objective, layer, position, details, step }: FactLine<'doubleActivation'>,
  view: RunView,
): RuleFinding {
  const { activation, loss } = details;
  const name = task === null ? '' : view.nameOf(task);
  const isSoftmax = activation === 'softmax';
  const made = view.facts('layerMade').find((each) => layer !== null && each.layer === layer)?.position ?? null;
  return {
    place: task ?? '',
    severity: 'error',
    tasks: task === null ? [] : [task],
    groups: [],
    position,
    expression:
      task !== null && /CrossEntropy$/.test(loss) && isHandedOver(objective, view) && position === null
        ? { of: 'loss', task: name }
        : null,
    message: [
      layer === null
        ? say(
            'The loss of {0} takes probabilities for logits: {1} is applied to what a {2} has made.',
            name,
            loss,
            activation,
          )
        : say(
            'The loss of {0} takes probabilities for logits: {1} is applied to what the {2} of layer {3} has made.',
            name,
            loss,
            activation,
            layer,
          ),
      isSoftmax
        ? say('A second softmax squeezes probabilities of 0 and 1 into at most e to 1: the loss cannot come near 0.')
        : say('A second sigmoid squeezes probabilities into 0.5 to 0.73: the loss cannot come near 0.'),
    ],
    evidence: [
      {
        name: isSoftmax ? 'largest odds of two classes that it can express' : 'largest probability that it can express',
        value: isSoftmax ? Math.E : 1 / (1 + Math.exp(-1)),
        unit: '',
        interval: null,
        steps: { from: step, to: step, count: 1 },
      },
    ],
    why: [
      say(
        'Where the first activation is sure, its gradient vanishes, and the second never lets the loss say how wrong it is.',
      ),
    ],
    advice: [
      {
        id: 'logits',
        text: [
          say(
            'Leave the activation of the last layer out, and apply it where probabilities are read; or use a loss that takes probabilities.',
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-core/src/ops/losses: softmaxCrossEntropy and sigmoidCrossEntropy take logits',
    related: made === null ? [] : [{ position: made, text: say('The layer with the first activation is made here.') }],
    since: step,
  };
}
