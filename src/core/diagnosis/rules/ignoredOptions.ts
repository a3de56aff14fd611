import { formatNumber } from '../../report/format.ts';
import type { SourcePosition } from '../../run/record.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say } from '../sentence.ts';
import { placeOf } from './graphHistory.ts';

/** `compile` takes loss weights and does nothing with them. */
export const ignoredLossWeights: Rule = {
  id: 'ignoredLossWeights',
  exact: true,
  judge: (view) =>
    verdict(
      ignored(view, 'lossWeights').map(({ details, position }) => ({
        place: placeOf(position),
        severity: 'error',
        tasks: termsOf(details.tasks, view),
        groups: [],
        position,
        expression: { of: 'property', name: 'lossWeights' },
        message: [
          say('compile ignores lossWeights ({0}): every loss counts with weight 1.', details.given),
          say('Training is the same to the last digit with and without them.'),
        ],
        evidence: [{ name: 'weight in force', value: 1, unit: '', interval: null, steps: null }],
        why: [say('The losses are summed as they are, so the one on the largest scale owns the shared layers.')],
        advice: [
          {
            id: 'library',
            text: [
              say(
                'Train with compileMultiTask of mtl-debugger, which has weights; or multiply inside each loss function.',
              ),
            ],
            change: null,
            state: 'untried',
          },
        ],
        source: 'tfjs-layers/src/engine/training.ts, "TODO: Add lossWeights"',
        related: [],
        since: Math.max(firstStep(position, view), 1),
      })),
      say('No loss weights other than 1 were given to compile.'),
    ),
};

/** SGD and Momentum multiply by a tensor that only `setLearningRate` makes anew. */
export const ignoredLearningRate: Rule = {
  id: 'ignoredLearningRate',
  exact: true,
  judge: (view) =>
    verdict(
      ignored(view, 'learningRate').map(({ details, position }) => ({
        place: placeOf(position),
        severity: 'error',
        tasks: [],
        groups: [],
        position,
        expression: { of: 'property', name: 'learningRate' },
        message: [
          say(
            'The learning rate {0} that is assigned here is ignored: {1} stays in force.',
            formatNumber(Number(details.given)),
            formatNumber(details.inForce),
          ),
        ],
        evidence: [
          { name: 'rate that was assigned', value: Number(details.given), unit: '', interval: null, steps: null },
          { name: 'rate in force', value: details.inForce ?? 'NaN', unit: '', interval: null, steps: null },
        ],
        why: [say('A schedule that is written this way does nothing; the property reads back as if it did.')],
        advice: [
          {
            id: 'setLearningRate',
            text: [say('Call setLearningRate of the optimizer instead; Adam and RMSProp honour the assignment.')],
            change: null,
            state: 'untried',
          },
        ],
        source: 'tfjs-core/src/optimizers/sgd_optimizer.ts, setLearningRate',
        related: [],
        since: Math.max(firstStep(position, view), 1),
      })),
      say('No learning rate was assigned to an SGD or Momentum optimizer.'),
    ),
};

/** A dropout layer with a seed draws the same mask at every step. */
export const repeatedDropout: Rule = {
  id: 'repeatedDropout',
  exact: true,
  judge: (view) =>
    verdict(
      view.newestFacts('repeatedDropout').map(({ details, layer, position, step }) => ({
        place: layer ?? placeOf(position),
        severity: 'warning',
        tasks: [],
        groups: [],
        position,
        expression: { of: 'property', name: 'seed' },
        message: [
          say(
            'Dropout layer {0} drops the same units at every step: seed {1} is used anew each time.',
            layer ?? '',
            details.seed,
          ),
        ],
        evidence: [{ name: 'rate of dropout', value: details.rate, unit: '', interval: null, steps: null }],
        why: [
          say('Row by row of a batch the same mask comes back: it does not regularise, it takes units away for good.'),
        ],
        advice: [
          {
            id: 'noSeed',
            text: [say('Leave the seed out; to repeat a run, train it with a seed of mtl-debugger.')],
            change: null,
            state: 'untried',
          },
        ],
        source: 'tfjs-layers/src/backend/tfjs_backend.ts, dropout; N. Srivastava et al., Dropout, 2014',
        related: [],
        since: step,
      })),
      say('No dropout layer that drops has a seed.'),
    ),
};

/** Told again where other values were given: the first time counts. */
function firstStep(position: SourcePosition | null, view: RunView): number {
  return view.facts('ignoredOption').find((each) => placeOf(each.position) === placeOf(position))?.step ?? 0;
}

function ignored(view: RunView, option: 'lossWeights' | 'learningRate') {
  return view.newestFacts('ignoredOption').filter(({ details }) => details.option === option);
}

/** Term ids of a model's outputs; the names where no term is called so. */
function termsOf(outputs: readonly string[], view: RunView): string[] {
  return outputs.map((output) => view.tasks.find(({ name }) => name === output)?.id ?? output);
}
