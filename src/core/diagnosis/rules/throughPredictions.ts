import { formatNumber, formatPercent } from '../../report/format.ts';
import { toNumber } from '../../run/numbers.ts';
import type { Cut, FeatureUse, RecordedNumber } from '../../run/record.ts';
import type { RuleFinding, Severity } from '../finding.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say } from '../sentence.ts';
import { holdsSince } from './graphHistory.ts';

/** A leak is worth a look at the task whose tower it moves from this part of that task's own gradient on. */
const LARGE = 0.1;

/** Deep steps without which nothing is said of the course of a loss. */
const ENOUGH = 8;

/** Stop-gradient is declared between a task and another's tower, and the gradient comes there all the same. */
export const brokenStopGradient: Rule = {
  id: 'brokenStopGradient',
  exact: true,
  judge: (view) =>
    verdict(
      brokenStops(view).map((stop) => brokenFinding(stop, view)),
      say('Every stop-gradient that was declared at a prediction keeps the other task out of its tower.'),
    ),
};

/** A prediction is a feature of another task, whose gradient flows back through it. */
export const predictionLeak: Rule = {
  id: 'predictionLeak',
  exact: true,
  judge: (view) => {
    const broken = brokenStops(view);
    const leaks = (view.graph?.features ?? []).filter(
      ({ of, usedBy, carries }) => carries && !broken.some((stop) => stop.of === of && stop.usedBy === usedBy),
    );
    return verdict(
      leaks.map((use) => leakFinding(use, view)),
      say('No prediction is a feature of another task whose gradient flows back through it.'),
    );
  },
};

interface BrokenStop {
  readonly stop: Cut;
  readonly of: string;
  readonly usedBy: string;
  /** The tower's group. */
  readonly group: string;
}

function brokenStops({ graph }: RunView): BrokenStop[] {
  return (graph?.cuts ?? [])
    .filter(({ kind, declared }) => kind === 'stopGradient' && declared)
    .flatMap((stop) =>
      stop.pairs.flatMap(({ task, group, complete }) => {
        const tower = graph?.groups.find(({ id, kind }) => id === group && kind === 'tower');
        const of = tower?.tasks[0];
        return complete || of === undefined || of === task ? [] : [{ stop, of, usedBy: task, group }];
      }),
    );
}

function brokenFinding({ stop, of, usedBy, group }: BrokenStop, view: RunView): RuleFinding {
  const around = view.newestFacts('brokenStop').find(({ task, details }) => task === usedBy && details.of === of);
  const norm = newestNorm(view, group, usedBy);
  const [name, other, label] = [view.nameOf(usedBy), view.nameOf(of), view.labelOf(group)];
  return {
    place: `${of} ${usedBy}`,
    severity: 'error',
    tasks: [usedBy, of],
    groups: [group],
    position: stop.position,
    expression: null,
    message: [
      say('This stop-gradient does not keep {0} out of {1}: another path carries its gradient there.', name, label),
      ...(norm === null ? [] : [say('The norm of the gradient of {0} there is {1}.', name, formatNumber(norm))]),
    ],
    evidence:
      norm === null
        ? []
        : [{ name: 'norm of the gradient that goes around', value: norm, unit: '', interval: null, steps: null }],
    why: [say('{0} trains the tower of {1}, although it is declared that it does not.', name, other)],
    advice: [
      {
        id: 'stopAll',
        text: [say('Take the stopped value wherever {0} uses the prediction of {1}.', name, other)],
        change: { of: 'stopGradient', action: 'move', task: of, usedBy },
        state: 'untried',
      },
    ],
    source: 'measured: the tape of the observed step',
    related:
      around?.position == null
        ? []
        : [{ position: around.position, text: say('Here the gradient of {0} goes around it.', name) }],
    since: holdsSince(view, (graph) =>
      graph.cuts.some(
        ({ kind, pairs }) =>
          kind === 'stopGradient' &&
          pairs.some((pair) => pair.task === usedBy && pair.group === group && !pair.complete),
      ),
    ),
  };
}

function leakFinding({ of, usedBy, groups }: FeatureUse, view: RunView): RuleFinding {
  const tower = view.groups.find(({ kind, tasks }) => kind === 'tower' && tasks[0] === of);
  const there = groups.find(({ group }) => group === tower?.id);
  const leaked = there === undefined ? null : there.norm;
  const part = tower === undefined ? null : medianPart(view, tower.id, usedBy, of);
  const [name, other] = [view.nameOf(usedBy), view.nameOf(of)];
  const severity: Severity = part !== null && part > LARGE && doesNotFall(view, of) ? 'warning' : 'information';
  return {
    place: `${of} ${usedBy}`,
    severity,
    tasks: [usedBy, of],
    groups: tower === undefined ? [] : [tower.id],
    position: view.placeOf(usedBy),
    expression: null,
    message: [
      say('{0} uses the prediction of {1}, and its gradient flows back through it.', name, other),
      ...(leaked === null ? [] : [say('Its norm in the tower of {0} is {1}.', other, formatNumber(leaked))]),
      ...(part === null ? [] : [say('That is {0} of the norm of {1} itself.', formatPercent(part), other)]),
      ...(severity === 'warning' ? [say('The loss of {0} does not fall.', other)] : []),
    ],
    evidence: groups.map(({ group, norm, without }) => ({
      name: `norm in ${view.labelOf(group)}; ${formatNumber(without)} without what flows through the prediction`,
      value: norm,
      unit: '',
      interval: null,
      steps: null,
    })),
    why: [
      say('{0} bends the prediction of {1} to its own use: right for a product of both, else a leak.', name, other),
    ],
    advice: [
      {
        id: 'stopGradient',
        text: [say('Where it is not meant, write stopGradient of mtl-debugger around the prediction of {0}.', other)],
        change: { of: 'stopGradient', action: 'add', task: of, usedBy },
        state: 'untried',
      },
    ],
    source: 'measured: the same tape walked without the edges at the prediction',
    related: [],
    since: holdsSince(view, (graph) =>
      graph.features.some((each) => each.of === of && each.usedBy === usedBy && each.carries),
    ),
  };
}

function newestNorm(view: RunView, group: string, task: string): RecordedNumber | null {
  for (const step of [...view.steps].reverse()) {
    const norm = step.inGroup(group, task, 'norm');
    if (norm !== undefined) {
      return norm;
    }
  }
  return null;
}

/** Over the deep steps: the median of one task's norm in a group over another's. */
function medianPart(view: RunView, group: string, task: string, own: string): number | null {
  const parts = view.steps.flatMap((step) => {
    const [a, b] = [step.inGroup(group, task, 'norm'), step.inGroup(group, own, 'norm')];
    const part = a === undefined || b === undefined ? NaN : toNumber(a) / toNumber(b);
    return Number.isFinite(part) ? [part] : [];
  });
  parts.sort((a, b) => a - b);
  return parts[parts.length >> 1] ?? null;
}

/** The last quarter of a task's losses lies no lower than the first; false where there are too few to say. */
function doesNotFall(view: RunView, task: string): boolean {
  const values = view.lossSeries(task, 'raw').map(({ value }) => value);
  const quarter = values.length >> 2;
  const mean = (part: readonly number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
  return values.length >= ENOUGH && mean(values.slice(-quarter)) >= mean(values.slice(0, quarter));
}
