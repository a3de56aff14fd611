import type { FactLine } from '../../../run/record.ts';
import { placeOf } from '../graphHistory.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say } from '../../sentence.ts';

/** tfjs gives every validation figure of a model with several outputs the name of another. */
export const validationName: Rule = {
  id: 'validationName',
  exact: true,
  judge: (view) =>
    verdict(
      view.newestFacts('monitor').map((line) => nameFinding(line, view)),
      say('No model with several outputs was validated by tfjs itself.'),
    ),
};

function nameFinding({ details, position, step }: FactLine<'monitor'>, view: RunView): RuleFinding {
  const { callback, monitor, means, others, tasks } = details;
  const isWatched = callback !== null;
  return {
    place: `${placeOf(position)} ${monitor}`,
    severity: isWatched ? 'error' : 'information',
    // Those that the figure leaves out of sight, or blends with others.
    tasks: isWatched ? tasks.filter((task) => means !== `${task}_loss`).map((task) => termOf(task, view)) : [],
    groups: [],
    position,
    expression: isWatched ? { of: 'property', name: 'monitor' } : null,
    message: [
      callback === null
        ? say('Under the name {0}, tfjs reports {1} of the validation data.', monitor, means)
        : say('{0} watches {1}: in this model that is {2} of the validation data.', callback, monitor, means),
      say('With several outputs every validation figure has the name of another: {0}.', others.join(', ')),
    ],
    evidence: [{ name: 'outputs of the model', value: tasks.length, unit: '', interval: null, steps: null }],
    why: [
      isWatched
        ? say('Training stops, or goes on, for a figure that is not the one meant: a task that gets worse is not seen.')
        : say('A chart or a choice that goes by these names takes one task for another.'),
    ],
    advice: [
      {
        id: 'library',
        text: [
          say(
            'Train with compileMultiTask of mtl-debugger, whose earlyStopping watches a task or the true val_loss; or evaluate each output in a callback of your own.',
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-layers/src/engine/training.ts, makeTestFunction: valOutputs.push(totalLoss) inside the loop',
    related: [],
    since: Math.max(1, step),
  };
}

/** Term id of a model's output; its name where no term is called so. */
function termOf(output: string, view: RunView): string {
  return view.tasks.find(({ name }) => name === output)?.id ?? output;
}
