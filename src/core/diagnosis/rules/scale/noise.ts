import { formatCount, formatNames, formatPercent } from '../../../report/format.ts';
import type { VariableGroup } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidence } from './place.ts';
import { sharedGroupOf, signalOf, tasksOf, type Signal } from './meeting.ts';
import { LOOKS, SIGNAL } from './thresholds.ts';

/** What two halves of a batch agree on is next to nothing of a task's gradient: the rest is the noise of small batches. */
export const noise: Rule = {
  id: 'noise',
  exact: false,
  judge: (view) => {
    const signals = signalsIn(view);
    const noisy = signals.filter(({ signal }) => signal.high < SIGNAL);
    const groups = [...new Set(noisy.map(({ group }) => group))];
    return verdict(
      groups.map((group) =>
        noiseFinding(
          group,
          noisy.filter((each) => each.group === group),
          view,
        ),
      ),
      whySilent(signals, view),
    );
  },
};

interface TaskSignal {
  readonly task: string;
  readonly group: VariableGroup;
  readonly signal: Signal;
}

function signalsIn(view: RunView): TaskSignal[] {
  return view.objectives.flatMap((objective) => {
    const tasks = tasksOf(view, objective);
    return tasks.flatMap((task) => {
      const group = sharedGroupOf(view, task, tasks);
      const signal = group === null ? null : signalOf(view, task, group.id, objective.id);
      return group === null || signal === null ? [] : [{ task, group, signal }];
    });
  });
}

function noiseFinding(group: VariableGroup, noisy: readonly TaskSignal[], view: RunView): RuleFinding {
  const names = formatNames(noisy.map(({ task }) => view.nameOf(task)));
  const most = Math.max(...noisy.map(({ signal }) => signal.high));
  const rows = noisy[0]?.signal.rows ?? 0;
  return {
    place: group.id,
    severity: 'information',
    tasks: noisy.map(({ task }) => task),
    groups: [group.id],
    position: null,
    expression: null,
    message: [
      say('The gradient of {0} in {1} is mostly the noise of small batches.', names, group.label),
      say(
        'Two halves of a batch of {0} agree on at most {1} of its squared norm.',
        formatCount(rows),
        formatPercent(most),
      ),
    ],
    evidence: noisy.map(({ task, signal }) =>
      evidence(`part of the gradient of ${view.nameOf(task)} that is not noise`, '%', signal),
    ),
    why: [
      say(
        'Single steps and their cosines say little then; the training may still be fine, since noise averages out over many steps.',
      ),
    ],
    advice: [
      {
        id: 'batch',
        text: [
          say(
            'Where the loss no longer falls, a batch of at least {0} would make half of the gradient signal; or lower the rate.',
            formatCount(enoughRows(rows, most)),
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source:
      'F. Schneider, F. Dangel, P. Hennig: Cockpit, NeurIPS 2021; S. McCandlish et al.: An Empirical Model of Large-Batch Training, 2018',
    related: [],
    since: null,
  };
}

/** Noise falls with 1 / rows: where a part f is signal now, rows (1 - f) / f make it one half. Two digits. */
function enoughRows(rows: number, part: number): number {
  return Number(((rows * (1 - part)) / Math.max(part, 1e-9)).toPrecision(2));
}

function whySilent(signals: readonly TaskSignal[], view: RunView): Sentence {
  const least = [...signals].sort((a, b) => a.signal.high - b.signal.high)[0];
  return least === undefined
    ? say(
        'It takes {0} steps whose batch was looked at by halves, with samples that are not mixed by BatchNorm.',
        LOOKS,
      )
    : say(
        'Of the gradient of {0}, {1} is not noise (up to {2}); noise is told where that is surely below {3}.',
        view.nameOf(least.task),
        formatPercent(least.signal.value),
        formatPercent(least.signal.high),
        formatPercent(SIGNAL),
      );
}
