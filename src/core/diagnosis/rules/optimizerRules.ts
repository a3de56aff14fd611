import { formatNames } from '../../report/format.ts';
import { verdict, type Rule } from '../rule.ts';
import { say } from '../sentence.ts';

/** One variable's moments are applied to another: tfjs keeps them by place in a list. */
export const optimizerState: Rule = {
  id: 'optimizerState',
  exact: true,
  judge: (view) =>
    verdict(
      view.facts('mixedMoments').map(({ details: { optimizer, owner, variable, slot }, position, step }) => ({
        place: `${optimizer} ${owner} ${variable}`,
        severity: 'error',
        tasks: [],
        groups: view.groups
          .filter(({ variables }) => variables.some(({ name }) => name === owner || name === variable))
          .map(({ id }) => id),
        position,
        expression: null,
        message: [
          say('{0} applies the moments of {1} to {2}.', optimizer, owner, variable),
          say(
            'tfjs keeps them by place in the list of variables (here {0}), and this list differs from an earlier one.',
            slot,
          ),
        ],
        evidence: [
          {
            name: 'place in the list',
            value: slot,
            unit: '',
            interval: null,
            steps: { from: step, to: step, count: 1 },
          },
        ],
        why: [
          say('Updates go in directions and sizes that belong to other variables: uphill, even, where losses differ.'),
        ],
        advice: [
          {
            id: 'ownOptimizer',
            text: [
              say(
                'Give each loss an optimizer of its own, and make a new one when layers are frozen and compiled again.',
              ),
            ],
            change: null,
            state: 'untried',
          },
        ],
        source:
          'tfjs-core/src/optimizers/adam_optimizer.ts, accumulatedFirstMoment[i]; also Adamax, RMSProp, Momentum, Adagrad, Adadelta',
        related: [],
        since: step,
      })),
      say('Every optimizer that keeps moments was given the same variables in the same order at each update.'),
    ),
};

/** An objective without a list moves what another one, in turn with it, has in its own list. */
export const foreignVariables: Rule = {
  id: 'foreignVariables',
  exact: true,
  judge: (view) =>
    verdict(
      view.facts('foreignVariables').map(({ details: { other, models, variables }, objective, position, step }) => {
        const name = view.objectives.find(({ id }) => id === objective)?.name ?? '';
        const whose = models.length > 0 ? formatNames(models) : formatNames(variables);
        return {
          place: `${name} ${other}`,
          severity: models.length > 0 ? 'warning' : 'information',
          tasks: view.objectives.find(({ id }) => id === objective)?.terms ?? [],
          groups: view.groups
            .filter((group) => group.variables.some((variable) => variables.includes(variable.name)))
            .map(({ id }) => id),
          position,
          expression: null,
          message: [
            say('{0} also moves the variables of {1}, which {2} trains in turn with it.', name, whose, other),
            say('It has no list of variables, so it moves all that its loss leads to.'),
          ],
          evidence: [
            { name: 'variables that both move', value: variables.length, unit: '', interval: null, steps: null },
          ],
          why: [say('Two losses pull on them in turn: of a generator and a discriminator, in opposite directions.')],
          advice: [
            {
              id: 'list',
              text: [say('Give minimize the list of the variables that are meant, as its third argument.')],
              change: null,
              state: 'untried',
            },
          ],
          source: 'tfjs-core/src/optimizers/optimizer.ts, minimize: varList',
          related: [],
          since: step,
        };
      }),
      say('No objective without a list moves what another one lists.'),
    ),
};
