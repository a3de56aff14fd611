import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { RecordLine } from '../../src/core/run/record.ts';
import { Run } from '../../src/core/run/run.ts';
import { shownFindings } from '../../src/host/panel/shownFindings.ts';
import type { ShownEvidence, ShownFinding, ShownFindings } from '../../src/protocol/shownFindings.ts';

/** What the host sends of the findings of these lines. */
export function judged(lines: readonly RecordLine[], ignored = 0): object {
  const run = new Run();
  lines.forEach((line) => run.add(line));
  return findingsMessage(shownFindings(diagnose(run), run, ignored));
}

export const findingsMessage = (shown: Partial<ShownFindings>): object => ({
  type: 'findings',
  run: 'run',
  findings: [],
  silent: [],
  ignored: 0,
  ...shown,
});

export const evidence = (change: Partial<ShownEvidence>): ShownEvidence => ({
  name: 'number',
  value: 1,
  unit: '',
  interval: null,
  threshold: null,
  steps: null,
  series: [],
  ...change,
});

/** dwell owns the trunk, and click starves: hand-made, with every part that a finding can have. */
export const dominance: ShownFinding = {
  id: 'lossScale:dwell',
  rule: 'lossScale',
  severity: 'warning',
  root: null,
  message: [
    'dwell moves 99.8 % of shared; click starves.',
    'Its loss is 4.29e4 times that of click, so its gradient in shared is 2,000 against 0.5.',
  ],
  why: ['What one task moves alone is trained for that task alone.', 'The other has to do with what is left.'],
  evidence: [
    evidence({
      name: "dwell's share of shared's update",
      value: 99.8,
      unit: '%',
      interval: [99.5, 99.9],
      threshold: 90,
      steps: { from: 1, to: 40, count: 5 },
    }),
    evidence({
      name: "click's share of shared's update",
      value: 0.2,
      unit: '%',
      interval: [0.1, 0.5],
      steps: { from: 1, to: 40, count: 5 },
    }),
    evidence({
      name: 'gradient norm in shared',
      value: 4000,
      unit: '×',
      interval: [3100, 5200],
      threshold: 100,
      series: ['click', 'dwell'].map((name, i) => ({
        name,
        points: Array.from({ length: 40 }, (_, n) => ({
          step: n + 1,
          value: ((i === 0 ? 0.5 : 2000) * (1 + 0.3 * Math.sin(n * (i + 1)))) / (n + 1),
        })),
      })),
    }),
    evidence({ name: 'observed steps', value: 5 }),
  ],
  advice: [
    { id: 'standardise', text: 'Standardise the targets of dwell: mean 412, deviation 173.', state: 'untried' },
    { id: 'weight', text: 'Or give its loss a weight of 2.3e-5.', state: 'untried' },
  ],
  source: 'Z. Chen et al., GradNorm, 2018, section 3',
  tasks: ['dwell'],
  groups: ['shared(click+dwell)'],
  place: { file: 'src/feed.ts', line: 32, column: 3 },
  related: [{ position: { file: 'src/feed.ts', line: 31, column: 3 }, text: 'The loss of click.' }],
  since: 8,
};

export const finding = (id: string, change: Partial<ShownFinding> = {}): ShownFinding => ({
  ...dominance,
  id,
  message: [`${id} happens.`],
  evidence: [],
  advice: [],
  related: [],
  ...change,
});

const starving = finding('starvingTask:click', {
  rule: 'starvingTask',
  root: dominance.id,
  message: ['click learns nothing after step 20.', 'Its loss has not moved by more than its noise.'],
  tasks: ['click'],
  place: { file: 'src/feed.ts', line: 31, column: 3 },
  since: 20,
});
const stalled = finding('stalledTask:click', { rule: 'stalledTask', root: starving.id, tasks: ['click'], since: 30 });
const detached = finding('detach:dwell', {
  rule: 'detach',
  message: ['dwell is cut from click tower: it does not train it.', 'dataSync reads the values into JavaScript.'],
  since: 1,
});
const declared = finding('stopGradient:click', {
  rule: 'stopGradient',
  severity: 'information',
  message: ['click is cut from dwell tower: it does not train it.', 'It is declared with stopGradient.'],
  since: 1,
});

/** A root with two consequences, another root, and a note. */
export const several: ShownFindings = {
  findings: [dominance, starving, stalled, detached, declared],
  silent: [
    { rule: 'noGradient', because: 'Every operation on the way to a loss has a gradient.' },
    { rule: 'conflict', because: 'The corrected cosine of click and dwell is 0.08; a conflict is below -0.1.' },
  ],
  ignored: 2,
};

/** Twenty roots of all severities, with names that no one would choose. */
export const twenty: ShownFindings = {
  ...several,
  findings: Array.from({ length: 20 }, (_, i) =>
    finding(`unusedOutput:${i}`, {
      rule: 'unusedOutput',
      severity: i < 3 ? 'error' : i < 15 ? 'warning' : 'information',
      message: [
        `a_task_whose_name_says_everything_that_there_is_to_say_about_it_and_then_some_${i} is not reached by the loss of another_rather_long_task_name_${i}, however long the training goes on.`,
      ],
      tasks: [`a_task_whose_name_says_everything_that_there_is_to_say_about_it_and_then_some_${i}`],
    }),
  ),
};
