import { formatNames } from '../../report/format.ts';
import type { Cut, CutKind } from '../../run/record.ts';
import type { Advice, RuleFinding, Severity } from '../finding.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say, type Sentence } from '../sentence.ts';
import { hasCut, holdsSince, placeOf } from './graphHistory.ts';
import { deadFrom, type DeadFrom } from './rates/deadFrom.ts';
import { DEAD_START, STARTS_DEAD } from './rates/starts.ts';
import { hasNothingToTeach, LASTING, zeroSteps } from './zeroPaths.ts';

interface CutText {
  /** What the op does to the gradient. */
  readonly what: (op: string) => Sentence;
  readonly why: Sentence;
  /** What to write in its place. */
  readonly instead: Sentence | null;
  readonly source: string;
}

const LEARNS_NOTHING = say(
  'What a task is cut from does not learn from it, however long it trains; tfjs says nothing.',
);
const TAPE = 'tfjs-core/src/tape.ts: a gradient goes back along recorded operations only';

const TEXTS: Readonly<Record<CutKind, CutText>> = {
  detach: {
    what: (op) =>
      say('{0} reads the values into JavaScript; a tensor built from them has no way back to the weights.', op),
    why: LEARNS_NOTHING,
    instead: say('Keep the values in tensors where the gradient should pass.'),
    source: TAPE,
  },
  variable: {
    what: () => say('The values are copied into a variable, and the gradient ends at the copy.'),
    why: LEARNS_NOTHING,
    instead: say('Use the tensor itself where the gradient should pass.'),
    source: TAPE,
  },
  zeroGradient: {
    what: (op) => say('{0} is flat: its gradient is 0 wherever it has one.', op),
    why: LEARNS_NOTHING,
    instead: say('Take an operation with a slope: a soft form of it, or its values added to a stopped difference.'),
    source: 'tfjs-core/src/gradients: Round_grad.ts, Floor_grad.ts, Sign_grad.ts … answer with zerosLike(dy)',
  },
  customGradient: {
    what: () => say('A custom gradient answers with zeros.'),
    why: say('A gradient of zeros still walks on: at an infinite slope further back it turns into NaN.'),
    instead: say('Return the true gradient where it should pass.'),
    source: 'tfjs-core/src/gradients.ts, customGrad',
  },
  dead: {
    what: (op) => say('No unit of {0} is active on the observed batches, so every gradient through it is 0.', op),
    why: say('A rectifier below 0 has slope 0: units that are never active never come back by themselves.'),
    instead: say('Lower the learning rate, or take an activation that never is flat, such as leaky ReLU or ELU.'),
    source: 'L. Lu et al., Dying ReLU and Initialization: Theory and Numerical Examples, 2019',
  },
  blocked: {
    what: (op) => say('A gradient comes in at {0}, and only zeros go out.', op),
    why: LEARNS_NOTHING,
    instead: say('Look at the values that go into it: on the observed batches its slope was 0 everywhere.'),
    source: 'measured: the walk back over the tape of the observed step',
  },
  noGradient: {
    what: (op) => say('tfjs has no gradient for {0}: training through it throws.', op),
    why: say('The step ends in an error, and no variable is updated.'),
    instead: say('Take another operation, or put stopGradient of mtl-debugger before it.'),
    source: 'tfjs-core/src/tape.ts, "gradient function not found"',
  },
  passThrough: {
    what: () => say('The values lose their fractions, and tfjs passes the gradient as if they did not.'),
    why: say('The gradient is that of another function than the one computed: it can point the wrong way.'),
    instead: null,
    source: 'tfjs-core/src/gradients/Cast_grad.ts',
  },
  stopGradient: {
    what: () => say('It is declared with stopGradient: the gradient is meant to end here.'),
    why: say('Listed so that a stop-gradient can be told from a fault.'),
    instead: null,
    source: 'declared in the script',
  },
};

const SILENT: Readonly<Record<CutKind, Sentence>> = {
  detach: say('No value on the way to a loss was read into JavaScript and built anew.'),
  variable: say('No value on the way to a loss was copied into a variable.'),
  zeroGradient: say('No operation on the way to a loss is flat everywhere.'),
  customGradient: say('No custom gradient answered with zeros.'),
  dead: say('No activation on the way to a loss was without an active unit.'),
  blocked: say('No operation turned a gradient into zeros.'),
  noGradient: say('Every operation on the way to a loss has a gradient.'),
  passThrough: say('No cast to whole numbers lies on the way to a loss.'),
  stopGradient: say('No stop-gradient was declared.'),
};

/** Kinds that somebody can have meant; the others are never written on purpose. */
const canBeMeant: ReadonlySet<CutKind> = new Set(['detach', 'variable', 'zeroGradient', 'customGradient']);

/** Kinds that depend on the values of a batch. */
const ofValues: ReadonlySet<CutKind> = new Set(['dead', 'blocked']);

/** A rule for every kind of cut: what the tape shows, at the line that does it. */
export const CUT_RULES: readonly Rule[] = Object.keys(TEXTS).map((id): Rule => {
  const kind = id as CutKind;
  return {
    id: kind,
    exact: true,
    judge: (view) => {
      const cuts = view.graph?.cuts.filter((cut) => cut.kind === kind) ?? [];
      return verdict(
        cuts.map((cut) => cutFinding(cut, view)),
        SILENT[kind],
      );
    },
  };
});

function cutFinding(cut: Cut, view: RunView): RuleFinding {
  const { kind, op, layer, position, pairs } = cut;
  const dead = kind === 'dead' ? deadFrom(cut, view) : null;
  const text = TEXTS[kind];
  const tasks = [...new Set(pairs.map(({ task }) => task))];
  const severity = severityOf(cut, view);
  return {
    place: [op, layer ?? '', placeOf(position)].join(' '),
    severity,
    tasks,
    groups: [...new Set(pairs.map(({ group }) => group))],
    position: dead?.place.position ?? position,
    expression: dead?.fromStart === true ? STARTS_DEAD : null,
    message: [...keptApart(cut, view), text.what(op), ...whatIsBefore(dead)],
    evidence: [
      {
        name: 'pairs of task and group without a gradient',
        value: pairs.filter(({ complete }) => complete).length,
        unit: '',
        interval: null,
        steps: null,
      },
    ],
    why: [text.why],
    advice: dead?.fromStart === true ? [DEAD_START, ...adviceFor(cut)] : adviceFor(cut),
    source: text.source,
    related: tasks.flatMap((task) => {
      const place = view.placeOf(task);
      return place === null ? [] : [{ position: place, text: say('The loss of {0}.', view.nameOf(task)) }];
    }),
    since: holdsSince(view, (graph) => hasCut(graph, cut)),
  };
}

/** All of a layer's units at 0: the layers after it see the same for every sample, and may be off for all of them. */
function whatIsBefore(dead: DeadFrom | null): Sentence[] {
  return dead?.isBefore === true
    ? [
        say(
          'It begins before that: all {0} units of {1} are at 0 on every sample of the last 500 or more.',
          dead.place.newest.units,
          dead.place.name,
        ),
      ]
    : [];
}

function severityOf(cut: Cut, view: RunView): Severity {
  const { kind, declared } = cut;
  if (kind === 'noGradient') {
    return 'error';
  }
  const whole = cut.pairs.filter(({ complete }) => complete);
  if (declared || kind === 'passThrough' || whole.length === 0) {
    return 'information';
  }
  if (ofValues.has(kind)) {
    const lasts = whole.some(
      ({ task, group }) => zeroSteps(view, task, group) >= LASTING && !hasNothingToTeach(view, task),
    );
    return lasts ? 'warning' : 'information';
  }
  return kind === 'customGradient' && whole.every((pair) => isOthersTower(pair, view)) ? 'information' : 'warning';
}

/** A custom gradient of zeros that keeps one task out of another's tower is how stop-gradients are written by hand. */
function isOthersTower({ task, group }: Cut['pairs'][number], view: RunView): boolean {
  const found = view.groups.find(({ id }) => id === group);
  return found?.kind === 'tower' && !found.tasks.includes(task);
}

/** Per task, what it is cut from. */
function keptApart({ kind, pairs }: Cut, view: RunView): Sentence[] {
  return [...new Set(pairs.map(({ task }) => task))].flatMap((task) => {
    const groups = (complete: boolean): string =>
      formatNames(
        pairs
          .filter((pair) => pair.task === task && pair.complete === complete)
          .map(({ group }) => view.labelOf(group)),
      );
    const [whole, part, name] = [groups(true), groups(false), view.nameOf(task)];
    if (kind === 'passThrough') {
      return [say('A cast to whole numbers lies between {0} and {1}.', name, [whole, part].filter(Boolean).join(', '))];
    }
    if (kind === 'noGradient') {
      return [say('The loss of {0} has no gradient for {1}.', name, [whole, part].filter(Boolean).join(', '))];
    }
    return [
      ...(whole === '' ? [] : [say('{0} is cut from {1}: it does not train it.', name, whole)]),
      ...(part === ''
        ? []
        : [say('{0} is cut from {1} on this path; another path still carries its gradient.', name, part)]),
    ];
  });
}

function adviceFor({ kind, declared }: Cut): Advice[] {
  const { instead } = TEXTS[kind];
  if (declared || instead === null) {
    return [];
  }
  const declare: Advice = {
    id: 'declare',
    text: [say('Where the cut is meant, write stopGradient of mtl-debugger instead: then it counts as declared.')],
    change: null,
    state: 'untried',
  };
  return [{ id: 'carry', text: [instead], change: null, state: 'untried' }, ...(canBeMeant.has(kind) ? [declare] : [])];
}
