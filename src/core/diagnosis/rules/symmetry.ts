import { formatNames } from '../../report/format.ts';
import type { Cut, CutKind, FactLine } from '../../run/record.ts';
import type { RuleFinding } from '../finding.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say } from '../sentence.ts';
import { placeOf } from './graphHistory.ts';
import { startOf } from './rates/starts.ts';

/** Cuts that explain a gradient of 0 better than the kernel does. */
const CAUSES: ReadonlySet<CutKind> = new Set(['detach', 'variable', 'zeroGradient', 'customGradient', 'stopGradient']);

/** Units of a layer start alike and get gradients that are alike: they stay one unit, however long they are trained. */
export const symmetry: Rule = {
  id: 'symmetry',
  exact: true,
  judge: (view) =>
    verdict(
      byPlace(
        view
          .facts('symmetry')
          .filter(({ details }) => details.gradient === 'equalUnits' || !isCut(details.variable, view)),
      ).map((lines) => symmetryFinding(lines, view)),
      say('No layer started with units that are all alike and get gradients that are all alike.'),
    ),
};

/** Layers that one expression makes are told together. */
function byPlace(lines: readonly FactLine<'symmetry'>[]): FactLine<'symmetry'>[][] {
  const places = new Map<string, FactLine<'symmetry'>[]>();
  for (const line of lines) {
    const key = line.position === null ? line.details.variable : placeOf(line.position);
    places.set(key, [...(places.get(key) ?? []), line]);
  }
  return [...places.values()];
}

function symmetryFinding(lines: readonly FactLine<'symmetry'>[], view: RunView): RuleFinding {
  const [{ details, position, step }] = lines as readonly [FactLine<'symmetry'>];
  const { values, gradient, units, steps } = details;
  const variables = lines.map((line) => line.details.variable);
  const groups = view.groups.filter((each) => each.variables.some(({ name }) => variables.includes(name)));
  const where = formatNames(lines.map((line) => line.layer ?? line.details.variable));
  return {
    place: details.variable,
    severity: 'warning',
    tasks: [...new Set(groups.flatMap(({ tasks }) => tasks))],
    groups: groups.map(({ id }) => id),
    position,
    expression: startOf(details.variable),
    message: [
      values === 'zero'
        ? say('All {0} units of {1} start at 0.', units, where)
        : say('All {0} units of {1} start with the same values.', units, where),
      gradient === 'zero'
        ? say('Their gradient was exactly 0 at the first {0} steps: they do not move.', steps)
        : say('Their gradients were the same at the first {0} steps: they stay one unit.', steps),
    ],
    evidence: [
      {
        name: 'units that are alike',
        value: units,
        unit: '',
        interval: null,
        steps: { from: Math.max(1, step - steps + 1), to: step, count: steps },
      },
    ],
    why: [say('Units that compute the same and are corrected the same cannot come to differ: the layer has one unit.')],
    advice: [
      {
        id: 'random',
        text: [
          say('Start the kernel from random values, as the default initializer does; zeros are right for a bias.'),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source: 'I. Goodfellow, Y. Bengio, A. Courville: Deep Learning, 2016, section 8.4',
    related: [],
    since: step,
  };
}

function isCut(variable: string, { graph }: RunView): boolean {
  const group = graph?.groups.find(({ variables }) => variables.some(({ name }) => name === variable))?.id;
  return (graph?.cuts ?? []).some(
    ({ kind, pairs }: Cut) => CAUSES.has(kind) && pairs.some((pair) => pair.complete && pair.group === group),
  );
}
