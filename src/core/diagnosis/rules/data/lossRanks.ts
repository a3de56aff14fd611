import type { FactLine } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';

/** `fit` adds the heads' losses before it averages them: they must have one shape. */
export const lossRanks: Rule = {
  id: 'lossRanks',
  exact: true,
  judge: (view) =>
    verdict(
      view.newestFacts('lossRanks').map((line) => ranksFinding(line, view)),
      say('The losses that fit adds up have one shape, or no model with several outputs was fitted.'),
    ),
};

function ranksFinding({ position, details, step }: FactLine<'lossRanks'>, view: RunView): RuleFinding {
  const { tasks, shapes } = details;
  const ids = tasks.map((task) => view.tasks.find(({ name }) => name === task)?.id ?? task);
  const list = tasks.map((task, index) => `${task}: ${shapes[index] ?? ''}`).join(', ');
  const last = tasks.findLast((_, index) => shapes[index] !== shapes[0]) ?? tasks[0] ?? '';
  return {
    place: tasks.join('+'),
    severity: 'error',
    tasks: ids,
    groups: [],
    position,
    expression: { of: 'loss', task: last },
    message: [
      say('The losses of the heads differ in rank ({0}), and fit adds them before it averages.', list),
      view.stepsDone > step
        ? say(
            'They fit by accident, as the batch is as long as another axis: rows of one are added to steps of the other.',
          )
        : say(
            'It throws where the shapes do not fit, and trains by accident where the batch is as long as another axis.',
          ),
    ],
    evidence: [
      { name: 'heads', value: tasks.length, unit: '', interval: null, steps: { from: step, to: step, count: 1 } },
    ],
    why: [
      say('tfjs reduces each loss over its last axis only; a sequence head keeps an axis that a scalar head has not.'),
    ],
    advice: [
      {
        id: 'mean',
        text: [
          say(
            'Give {0} a loss function of your own that returns one number per row, or a mean; compileMultiTask of mtl-debugger does.',
            last,
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-layers/src/engine/training.ts, makeTrainFunction: totalLoss = add(totalLoss, loss)',
    related: [],
    since: step,
  };
}
