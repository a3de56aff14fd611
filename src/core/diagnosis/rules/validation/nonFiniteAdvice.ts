import type { Advice } from '../../finding.ts';
import type { EventLine } from '../../../run/record.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';

/** What keeps an operation's argument where its value and its slope are finite, by kernel. */
const SAFE: readonly { readonly ops: readonly string[]; readonly text: Sentence }[] = [
  {
    ops: ['Log', 'Log1p'],
    text: say(
      'Keep the argument of the logarithm above 0: add a small number, or take a loss on logits (softmaxCrossEntropy, sigmoidCrossEntropy).',
    ),
  },
  {
    ops: ['RealDiv', 'Reciprocal', 'DivNoNan', 'FloorDiv', 'Mod'],
    text: say('Keep the divisor away from 0: add a small number, or take at least one row, maximum(1).'),
  },
  {
    ops: ['Sqrt', 'Rsqrt', 'Norm'],
    text: say('Add a small number under the root: its slope at 0 is infinite, and it has no value below.'),
  },
  {
    ops: ['Exp', 'Expm1', 'Sinh', 'Cosh', 'Softplus'],
    text: say('Keep the exponent small: clip it, subtract the largest one, or take logSumExp.'),
  },
  {
    ops: ['Pow'],
    text: say('Keep the base of the power above 0: its slope at 0 is infinite, and it has no value below.'),
  },
  {
    ops: ['Asin', 'Acos', 'Atanh', 'Acosh'],
    text: say('Clip the argument to just inside the range that the function has values for.'),
  },
];

/** A tenth of the rate, as a first step down. */
const LOWER = 0.1;

/** What to do about the first number that is not finite. @param ranAway The loss had been growing before */
export function nonFiniteAdvice(
  phase: NonNullable<EventLine['cause']>['phase'] | null,
  op: string | null,
  ranAway: boolean,
  view: RunView,
): Advice[] {
  if (phase === 'data') {
    return [
      plain(
        'batch',
        say(
          'Look at the batch: its inputs, its labels, the loss weights. Fill what is missing, or leave those rows out of the loss.',
        ),
      ),
    ];
  }
  const safe = SAFE.filter(({ ops }) => op !== null && ops.includes(op)).map(({ text }) => plain('safe', text));
  const masked =
    phase === 'backward'
      ? [
          plain(
            'masked',
            say(
              'Where tf.where leaves the value out, make the argument safe before the operation: 0 times an infinite slope is NaN.',
            ),
          ),
        ]
      : [];
  if (phase === 'weights' || ranAway) {
    return [lowerRate(view), ...safe];
  }
  return safe.length + masked.length > 0
    ? [...safe, ...masked]
    : [
        plain(
          'finite',
          say('Keep the numbers that go into it in range: scale the data, clip the values, lower the learning rate.'),
        ),
      ];
}

function lowerRate(view: RunView): Advice {
  const rates = [...new Set(view.objectives.flatMap(({ optimizer }) => optimizer?.learningRate ?? []))];
  const [rate] = rates;
  return {
    id: 'rate',
    text: [say('Lower the learning rate, or clip the gradient by its global norm.')],
    change: {
      of: 'learningRate',
      group: null,
      factor: LOWER,
      value: rates.length === 1 && rate !== undefined ? rate * LOWER : null,
    },
    state: 'untried',
  };
}

function plain(id: string, text: Sentence): Advice {
  return { id, text: [text], change: null, state: 'untried' };
}
