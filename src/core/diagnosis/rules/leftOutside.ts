import { formatNames } from '../../report/format.ts';
import type { FactLine } from '../../run/record.ts';
import type { RuleFinding } from '../finding.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say } from '../sentence.ts';
import { SETTLED } from './excludedGroups.ts';

/** A head that is computed at every step and that no loss uses. */
export const unusedOutput: Rule = {
  id: 'unusedOutput',
  exact: true,
  judge: (view) =>
    verdict(
      unusedOutputs(view).map((line) => unusedFinding(line, view)),
      say('Every trained variable that is used in a step leads to a loss.'),
    ),
};

/** Variables that would be trained, and that no loss leads to. */
export const unreached: Rule = {
  id: 'unreached',
  exact: true,
  judge: (view) => {
    const told = new Set(unusedOutputs(view).flatMap(({ details }) => details.variables));
    const names = unreachedNames(view).filter((name) => !told.has(name));
    return verdict(
      names.length === 0 ? [] : [unreachedFinding(names, view)],
      say('Every trained variable leads to a loss.'),
    );
  },
};

/** Of the newest graph: another objective may have come that uses them. */
function unreachedNames({ groups }: RunView): string[] {
  return groups
    .filter(({ kind }) => kind === 'unreached')
    .flatMap(({ variables }) => variables.filter(({ status }) => status === 'trained').map(({ name }) => name));
}

function unusedOutputs(view: RunView): FactLine<'unusedOutput'>[] {
  const names = new Set(unreachedNames(view));
  const seen = new Set<string>();
  return view.newestFacts('unusedOutput').filter(({ details: { output, variables } }) => {
    const isNew = !seen.has(output) && variables.every((name) => names.has(name));
    seen.add(output);
    return isNew;
  });
}

function unusedFinding({ details, position, step }: FactLine<'unusedOutput'>, view: RunView): RuleFinding {
  const { output, variables } = details;
  return {
    place: output,
    severity: view.stepsDone >= SETTLED ? 'warning' : 'information',
    tasks: [],
    groups: ['unreached'],
    position,
    expression: null,
    message: [
      say('{0} is computed at every step and leads to no loss: it never learns.', output),
      say('Its variables keep the values that they were drawn with: {0}.', formatNames(variables)),
    ],
    evidence: [{ name: 'variables', value: variables.length, unit: '', interval: null, steps: null }],
    why: [say('tfjs drops variables that no loss reaches without a word, as long as one other is reached.')],
    advice: [
      {
        id: 'add',
        text: [say('Add its loss to the value that is minimised, or do not compute it in the loss function.')],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-core/src/gradients.ts, variableGrads',
    related: [],
    since: step,
  };
}

function unreachedFinding(names: readonly string[], view: RunView): RuleFinding {
  const objective = view.objectives[0];
  return {
    place: 'unreached',
    severity: 'information',
    tasks: [],
    groups: ['unreached'],
    position: objective?.position ?? null,
    expression: null,
    message: [
      say('No loss leads to {0}: they are among the variables that are trained, and never move.', formatNames(names)),
    ],
    evidence: [{ name: 'variables', value: names.length, unit: '', interval: null, steps: null }],
    why: [say('tfjs drops variables that no loss reaches without a word, as long as one other is reached.')],
    advice: [
      {
        id: 'look',
        text: [say('Right for a model that is not trained here. Else add the loss that uses them.')],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-core/src/gradients.ts, variableGrads',
    related: [],
    since: null,
  };
}
