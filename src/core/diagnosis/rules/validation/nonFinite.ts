import { formatNumber } from '../../../report/format.ts';
import { toRecorded } from '../../../run/numbers.ts';
import type { EventLine } from '../../../run/record.ts';
import type { Evidence, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { nonFiniteAdvice } from './nonFiniteAdvice.ts';
import { RUNAWAY } from './thresholds.ts';

/** The first number that is not finite: which task's, born where. */
export const nonFinite: Rule = {
  id: 'nonFinite',
  exact: true,
  judge: (view) =>
    verdict(
      view.events.filter(({ kind }) => kind === 'nonFinite').map((event) => nonFiniteFinding(event, view)),
      say('Every loss was a finite number, and so was every gradient that the updates used.'),
    ),
};

/** How a task's loss went before it broke. */
interface Before {
  /** Of the last step with a finite loss. */
  readonly last: { readonly step: number; readonly value: number };
  readonly lowest: { readonly step: number; readonly value: number };
}

function nonFiniteFinding(event: EventLine, view: RunView): RuleFinding {
  const { task, step, position } = event;
  const { phase = null, op = null, layer = null } = event.cause ?? {};
  const series = task === null ? [] : view.lossSeries(task, 'raw');
  const broken = series.find((point) => point.step >= step && !Number.isFinite(point.value))?.value ?? null;
  const before = beforeOf(series.filter((point) => point.step < step && Number.isFinite(point.value)));
  const growth = before === null ? 1 : before.last.value / before.lowest.value;
  const ranAway = phase !== 'data' && growth > RUNAWAY;
  const name = task === null ? null : view.nameOf(task);
  const loss = task === null ? null : view.placeOf(task);
  return {
    place: task ?? 'total',
    severity: 'error',
    tasks: task === null ? view.tasks.map(({ id }) => id) : [task],
    groups: [],
    position,
    expression: null,
    message: [
      what(name, step, phase, broken),
      origin(phase, layer === null ? op : op === null ? layer : `${op} (${layer})`),
      ...(ranAway && before !== null
        ? [say('Before that it had grown {0}-fold since step {1}.', formatNumber(growth), before.lowest.step)]
        : []),
    ],
    evidence: evidenceOf(step, broken, before),
    why: [say('The update of that step makes every weight that it reaches NaN, and nothing is learned any more.')],
    advice: nonFiniteAdvice(phase, op, ranAway, view),
    source: 'measured: the step was run once more, and every number of it looked at',
    related: [
      ...(loss === null ? [] : [{ position: loss, text: say('The loss of {0}.', name ?? '') }]),
      ...(phase === 'weights' || ranAway ? optimizers(view) : []),
    ],
    since: step,
  };
}

type Phase = NonNullable<EventLine['cause']>['phase'] | null;

function what(name: string | null, step: number, phase: Phase, broken: number | null): Sentence {
  if (phase === 'backward') {
    return name === null
      ? say('At step {0} a gradient is not finite for the first time.', step)
      : say('At step {0} a gradient of the loss of {1} is not finite for the first time.', step, name);
  }
  if (name === null) {
    return say('At step {0} the total loss or a gradient is not finite for the first time.', step);
  }
  return broken === null
    ? say('At step {0} the loss of {1} is not finite for the first time.', step, name)
    : say('At step {0} the loss of {1} is {2} for the first time.', step, name, formatNumber(toRecorded(broken)));
}

function origin(phase: Phase, op: string | null): Sentence {
  switch (phase) {
    case 'data':
      return op === null
        ? say('It came in with the batch.')
        : say('It came in with the batch: {0} was given a number that is not finite.', op);
    case 'weights':
      return say('A weight is not finite already: the update before this step made it so.');
    case 'forward':
      return op === null ? say('It was made from finite numbers.') : say('{0} made it from finite numbers.', op);
    case 'backward':
      return op === null
        ? say('It was made from finite numbers.')
        : say('The gradient of {0} made it from finite numbers.', op);
    case null:
      return say('Which operation made it was not found.');
  }
}

function beforeOf(finite: readonly Before['last'][]): Before | null {
  const last = finite.at(-1);
  const positive = finite.filter(({ value }) => value > 0);
  const [first] = positive;
  return last === undefined || first === undefined
    ? null
    : { last, lowest: positive.reduce((low, point) => (point.value < low.value ? point : low), first) };
}

function evidenceOf(step: number, broken: number | null, before: Before | null): Evidence[] {
  const at = (from: number): Evidence['steps'] => ({ from, to: from, count: 1 });
  return [
    { name: 'first step that is not finite', value: step, unit: '', interval: null, steps: at(step) },
    ...(broken === null
      ? []
      : [{ name: 'loss at that step', value: toRecorded(broken), unit: '', interval: null, steps: at(step) }]),
    ...(before === null
      ? []
      : [
          {
            name: 'last finite loss',
            value: before.last.value,
            unit: '',
            interval: null,
            steps: at(before.last.step),
          },
        ]),
  ];
}

function optimizers(view: RunView): RuleFinding['related'] {
  return view
    .newestFacts('optimizer')
    .flatMap(({ position, details }) =>
      position === null
        ? []
        : [{ position, text: say('{0}, with rate {1}.', details.name, formatNumber(details.learningRate)) }],
    );
}
