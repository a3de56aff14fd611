import { formatNames } from '../../report/format.ts';
import type { GraphLine, Objective, VariableEntry, VariableGroup } from '../../run/record.ts';
import type { RuleFinding, Severity } from '../finding.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say } from '../sentence.ts';
import { holdsSince } from './graphHistory.ts';

/** Before so many steps, another objective may still come that trains what the first ones leave out. */
export const SETTLED = 10;

/** Which argument the list of variables is. */
const LIST_ARGUMENT: Readonly<Partial<Record<Objective['via'], number>>> = { minimize: 2, variableGrads: 1 };

/** Variables that a loss leads to, and that are left out of the list. */
export const notListed: Rule = {
  id: 'notListed',
  exact: true,
  judge: (view) =>
    verdict(
      view.groups.flatMap((group) => {
        const left = group.variables.filter(({ status, reachedBy }) => status === 'notListed' && reachedBy.length > 0);
        return left.length === 0 ? [] : [notListedFinding(group, left, view)];
      }),
      say('Every variable that a loss leads to and that is not frozen is in a list that is minimised over.'),
    ),
};

/** A group that a loss reaches, and whose variables are all frozen. */
export const frozenGroup: Rule = {
  id: 'frozenGroup',
  exact: true,
  judge: (view) =>
    verdict(
      excludedGroups(view.graph)
        .filter(isFrozen)
        .map((group) => frozenFinding(group, view)),
      say('No group that a loss reaches is frozen as a whole.'),
    ),
};

/** Groups that a task's gradient reaches, and of which no variable is trained. */
function excludedGroups(graph: GraphLine | null): VariableGroup[] {
  return (graph?.groups ?? []).filter(({ id }) => {
    const states = graph?.paths.filter(({ group }) => group === id).map(({ state }) => state) ?? [];
    return states.includes('excluded') && !states.includes('flows');
  });
}

function isFrozen({ variables }: VariableGroup): boolean {
  return variables.every(({ status }) => status === 'frozen');
}

/** None of them was loaded, or trained in this run: they are as they were drawn. */
function areUntouched(variables: readonly VariableEntry[], view: RunView): boolean {
  const untouched = new Set(view.newestFacts('untrained').flatMap(({ details }) => details.untouched));
  return variables.every(({ name }) => untouched.has(name));
}

function frozenFinding(group: VariableGroup, view: RunView): RuleFinding {
  const { tasks, objective, since } = reachingOf(group, view);
  const own = new Set(group.variables.map(({ name }) => name));
  const places = view
    .newestFacts('untrained')
    .filter(({ position, details }) => position !== null && details.variables.some((name) => own.has(name)));
  const untouched = areUntouched(group.variables, view);
  const severity: Severity =
    untouched && group.kind === 'shared' && view.stepsDone >= SETTLED ? 'warning' : 'information';
  const names = formatNames(tasks.map((task) => view.nameOf(task)));
  return {
    place: group.id,
    severity,
    tasks,
    groups: [group.id],
    position: places[0]?.position ?? objective?.position ?? null,
    expression: places.length === 0 ? null : { of: 'property', name: 'trainable' },
    message: untouched
      ? [
          say('{0} is frozen: it leads to the loss of {1}, and is not trained.', group.label, names),
          say('Its {0} weights are as they were drawn: they were neither loaded nor trained.', group.size),
        ]
      : [say('{0} is frozen: it leads to the loss of {1}, and is not trained.', group.label, names)],
    evidence: [{ name: 'frozen weights', value: group.size, unit: '', interval: null, steps: null }],
    why: [
      untouched
        ? say('What lies behind it has to learn from random features of the inputs.')
        : say('It keeps the values that it has: right where they were learnt elsewhere.'),
    ],
    advice: untouched
      ? [
          {
            id: 'unfreeze',
            text: [say('Set trainable to true before the model is compiled, or load weights that were trained.')],
            change: null,
            state: 'untried',
          },
        ]
      : [],
    source: 'tfjs-layers/src/engine/training.ts, collectedTrainableWeights',
    related: places
      .slice(1)
      .flatMap(({ position, layer, details }) =>
        position === null
          ? []
          : [{ position, text: say('{0} is frozen here.', layer ?? formatNames(details.variables)) }],
      ),
    since,
  };
}

/** Told at the call that minimises, at its list. */
function notListedFinding(group: VariableGroup, left: readonly VariableEntry[], view: RunView): RuleFinding {
  const tasks = [...new Set(left.flatMap(({ reachedBy }) => reachedBy))];
  const objective = objectiveOf(tasks, view);
  const whole = left.length === group.variables.length;
  const touched = view.facts('untrained').length > 0 && !areUntouched(left, view);
  // A part of the trunk that is left out is mostly meant: a first layer that stays as it is.
  const isFault = view.stepsDone >= SETTLED && !touched && (whole || group.kind === 'tower');
  const list = objective === undefined ? undefined : LIST_ARGUMENT[objective.via];
  const names = formatNames(tasks.map((task) => view.nameOf(task)));
  const variables = formatNames(left.map(({ name }) => name));
  return {
    place: group.id,
    severity: isFault ? 'warning' : 'information',
    tasks,
    groups: [group.id],
    position: objective?.position ?? null,
    expression: list === undefined ? null : { of: 'argument', index: list },
    message: [
      whole
        ? say(
            '{0} is not trained: it leads to the loss of {1}, and its variables are not in the list that is minimised over: {2}.',
            group.label,
            names,
            variables,
          )
        : say(
            'A part of {0} is not trained: it leads to the loss of {1}, and is not in the list that is minimised over: {2}.',
            group.label,
            names,
            variables,
          ),
      ...(touched ? [say('They were loaded or trained before: this may be meant.')] : []),
    ],
    evidence: [
      { name: 'variables left out', value: left.length, unit: '', interval: null, steps: null },
      { name: 'variables of the group', value: group.variables.length, unit: '', interval: null, steps: null },
    ],
    why: [say('A variable that is in no list keeps the values that it has; tfjs says nothing.')],
    advice: [
      {
        id: 'list',
        text: [say('Add them to the list, or set trainable to false where that is meant.')],
        change: null,
        state: 'untried',
      },
    ],
    source: 'tfjs-core/src/optimizers/optimizer.ts, minimize',
    related: [],
    since: holdsSince(view, (graph) =>
      graph.groups.some(
        ({ id, variables: all }) => id === group.id && all.some(({ status }) => status === 'notListed'),
      ),
    ),
  };
}

function objectiveOf(tasks: readonly string[], { objectives }: RunView): Objective | undefined {
  return objectives.find(({ terms }) => terms.some((term) => tasks.includes(term)));
}

function reachingOf(
  group: VariableGroup,
  view: RunView,
): { tasks: string[]; objective: Objective | undefined; since: number | null } {
  const tasks = (view.graph?.paths ?? [])
    .filter((path) => path.group === group.id && path.state === 'excluded')
    .map(({ task }) => task);
  return {
    tasks,
    objective: objectiveOf(tasks, view),
    since: holdsSince(view, (graph) => excludedGroups(graph).some(({ id }) => id === group.id)),
  };
}
