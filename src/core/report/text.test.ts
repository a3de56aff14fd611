import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import {
  detach,
  end,
  graph,
  group,
  header,
  healthy,
  leak,
  measure,
  nonFinite,
  plan,
  recordText,
  step,
  stop,
  validation,
  windowed,
} from '../../../test/sampleRecord.ts';
import { sampleReport } from '../../../test/sampleReport.ts';
import { readRun } from '../run/run.ts';
import type { GraphLine, RecordLine } from '../run/record.ts';
import type { Style } from './style.ts';
import { reportText } from './text.ts';

const textOf = (lines: readonly object[], width = 80): string => reportText(sampleReport(lines), { width });

/** One cut that nobody declared, one that was; a leak; a head that no loss reaches; a frozen group; NaN at the end. */
const troubledGraph: GraphLine = {
  ...graph,
  groups: [...graph.groups, group('unreached', 'unreached', [])],
  paths: graph.paths.map((path) => {
    if (path.task === 'dwell' && path.group === 'shared(click+dwell)') {
      return { ...path, state: 'cut', cuts: ['cut1'] };
    }
    return path.task === 'dwell' && path.group === 'tower(click)'
      ? { ...path, state: 'cut', cuts: ['cut2'], declared: true }
      : path;
  }),
  cuts: [stop, detach],
  features: [leak],
};
const broken = { raw: 'NaN', weight: 1, weighted: 'NaN', relative: 'NaN' } as const;
const troubled: readonly RecordLine[] = [
  header,
  plan,
  troubledGraph,
  step(1, {
    groups: {
      'shared(click+dwell)': measure(['click'], [0.5], [1]),
      'tower(click)': measure(['click'], [0.25], [1]),
      'tower(dwell)': measure(['dwell'], [900], [1]),
    },
  }),
  nonFinite,
  step(20, {
    loss: [step(20).loss[0]!, broken],
    groups: {
      'shared(click+dwell)': measure(['click'], [0.025], [1]),
      'tower(click)': measure(['click'], [0.0125], [1]),
      'tower(dwell)': measure(['dwell'], ['NaN'], ['NaN']),
    },
  }),
  validation,
];

const golden = `feed.ts --epochs 2 was cut short after 250 ms
The record ends without saying how the run ended: the trainer was killed or
crashed.
20 training steps, 2 observed (every 10th step); backend wasm; seed 7;
tfjs 4.22.0; Node 20.20.2.
Backend: tfjs-node is not installed; wasm with its training kernels is next.

Blocked gradient paths that were not declared
  ✗ dataSync, at feed.ts:21:18
    keeps dwell out of shared
    dataSync reads the values into JavaScript; a tensor built from them has no
    way back to the weights.
  Where it is meant, write stopGradient from mtl-debugger instead: then it
  counts as declared.

Losses that are not finite
  ✗ step 17, dwell: The loss of dwell is NaN for the first time. (feed.ts:32:3)

Loss per task, step 1 to step 20
  fit at feed.ts:40:7, Adam with learning rate 0.001.
  task    first    last   relative   weight   weighted   scale
  click     0.7   0.035       0.05        1      0.035      ×1
  dwell     3e4     NaN        NaN        1        NaN     NaN
  first, last: the raw loss. relative: last over first. weighted: the part of
  the total. scale: size of the weighted loss over the smallest task's; all but
  "first" at the last step.

Gradient norm per variable group and task, 2 observed steps from 1 to 20
            path             median     last   share of update
  shared  40 weights, update 0.001
    click   flows            0.2625    0.025             100 %
    dwell   cut                   –        –                 –
  click tower  40 weights, update 0.001
    click   flows            0.1313   0.0125             100 %
    dwell   cut (declared)        –        –                 –
  dwell tower  40 weights, update 0.001
    dwell   flows               900      NaN               NaN
  L2 norm of the weighted loss's gradient over all variables of the group
  (median: of its numbers, without NaN). share: the task's part in the group's
  last update, in the optimizer's metric; below 0 it works against the others.
  update: length of the last update over length of the weights.

Predictions used as features
  ! dwell uses click's prediction, and its gradient flows back through it, which
    was not declared.
    in shared        norm 0.697   without it 0.635   8.9 % less without
    in click tower   norm 0.057   without it 0       all of it flows through
  norm: of the weighted gradient, over all paths and without those through the
  prediction.

Blocked on purpose, as declared
  ✓ stopGradient at feed.ts:25:9 keeps dwell out of click tower

Not trained
  - unreached: 2 variables that no loss reaches: unreached/kernel,
    unreached/bias

Validation after epoch 1, step 20
  click   loss 0.61   accuracy 0.7
  dwell   loss 2500

Record: /home/ada/feed/.mtl/runs/2026-03-04T05-06-07-feed/record.jsonl
`;

describe('reportText', () => {
  it('is this text for a run with every kind of trouble', () => expect(textOf(troubled)).toBe(golden));

  it('puts a cut that was not declared before all figures, and a declared one calmly after them', () => {
    const text = textOf(troubled);
    const places = ['✗ dataSync, at feed.ts:21:18', 'Loss per task', 'Gradient norm', '✓ stopGradient at feed.ts:25:9'];
    const found = places.map((place) => text.indexOf(place));
    expect(found.every((place) => place >= 0)).toBe(true);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  it('says that nothing is blocked where nothing is', () => {
    expect(textOf(healthy)).toContain('✓ No blocked gradient path was found.');
    expect(textOf(troubled)).not.toContain('No blocked');
  });

  it('works for one task and says so', () => {
    const single = {
      ...graph,
      terms: [graph.terms[1]!],
      objectives: [{ ...graph.objectives[0]!, terms: ['dwell'] }],
      groups: [group('tower', 'dwell tower', ['dwell'])],
      paths: [{ task: 'dwell', group: 'tower(dwell)', state: 'flows' as const, cuts: [], declared: false }],
    };
    const loss = { raw: 4, weight: 1, weighted: 4, relative: 1 };
    const text = textOf([
      header,
      single,
      step(1, { loss: [loss], groups: { 'tower(dwell)': measure(['dwell'], [3], [1]) } }),
      end,
    ]);
    expect(text).toContain('There is one task, dwell:');
    expect(text).toMatch(/dwell +4 +4 +1 +1 +4 +–\n/);
    expect(text).toMatch(/dwell +flows +3 +3 +100 %\n/);
  });

  it('says what to do where nothing was observed', () => {
    expect(textOf([header, { ...end, steps: 0, observed: 0 }])).toMatch(/Nothing was observed\n.*model\.fit/s);
    // It may have been about to train.
    const early = textOf([header, { ...end, state: 'cancelled', steps: 0, observed: 0 }]);
    expect(early).toContain('Nothing was observed\n  No training step was made yet.\n');
    expect(early).not.toContain('model.fit');
    const unseen = { ...end, steps: 7, observed: 0 };
    const words = (lines: readonly object[]): string => textOf(lines).replace(/\s+/g, ' ');
    expect(words([header, unseen])).toMatch(/7 training steps ran, and no gradient .* Run it again with --every 1\./);
    const notice = { ...nonFinite, kind: 'notice', step: 0, task: null, message: 'tfjs 3.21.0 is not watched.' };
    expect(words([header, notice, unseen])).toMatch(
      /7 training steps ran, .* Where no notice at the end says why, run it/,
    );
  });

  it('tells how a run failed, and where', () => {
    const error = { message: 'x is not defined', stack: '', position: { file: 'feed.ts', line: 3, column: 5 } };
    const text = textOf([header, { ...end, state: 'failed', reason: 'The script threw.', exitCode: 1, error }]);
    expect(text).toMatch(
      /^feed.ts --epochs 2 failed after 1.2 s\nThe script threw.\n {2}x is not defined\n {2}at feed.ts:3:5\n/,
    );
  });

  it('tells of a zero whose place was not found', () => {
    const paths = graph.paths.map((path) => (path.state === 'flows' ? { ...path, state: 'zero' as const } : path));
    expect(textOf([header, { ...graph, paths }, step(1)])).toContain(
      '✗ click does not train shared: its gradient there is exactly 0, and where it\n    is lost was not found.',
    );
  });

  it('says how the run was watched, and what the tasks do where they meet', () => {
    const words = textOf(windowed).replace(/[\s\u00a0]+/g, ' ');
    expect(words).toContain(
      '40 training steps; losses at every step; shared boundary at every step; all groups at every 10th step; watching costs 20 ms (4.2 % of 480 ms); 5 observed in full;',
    );
    expect(words).toContain('Where the tasks meet, step 1 to step 40, 40 steps looked at');
    expect(words).toMatch(/dwell 2000 2000 2000 .*click and dwell cosine -0\.5 /);
    expect(textOf(healthy)).not.toContain('Where the tasks meet');
  });

  it('counts what could not be read', () => {
    const text = reportText(sampleReport(`${recordText(healthy)}{"type":"weights"}\nx\n{"type":"st`));
    expect(text).toContain('Its last line is cut in the middle');
    expect(text).toContain('1 line of an unknown type');
    expect(text).toContain('1 damaged line left out, first line 12 (not JSON).');
  });

  it('lets no name steer the terminal', () => {
    const terms = graph.terms.map((term) => ({ ...term, name: `${term.name}\u001b[2J` }));
    const text = textOf([{ ...header, entry: 'a\u001b]0;x\u0007.js' }, { ...graph, terms }, step(1), end]);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text).toContain('click\\x1b[2J');
  });

  it('has the same words in colour, and its columns in the same places', () => {
    const paint = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
    const style: Style = {
      heading: paint(1),
      strong: paint(2),
      faint: paint(3),
      good: paint(32),
      warn: paint(33),
      bad: paint(31),
    };
    const coloured = reportText(sampleReport(troubled), { style });
    expect(coloured).not.toBe(golden);
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(golden);
  });

  it.each([60, 80, 100])('keeps its sentences to %d columns', (width) => {
    const widest = Math.max(
      ...textOf(troubled, width)
        .split('\n')
        .slice(0, -2)
        .map((line) => line.length),
    );
    expect(widest).toBeLessThanOrEqual(Math.max(width, 80));
  });

  it('never throws, whatever a damaged record still says', () => {
    const text = recordText(troubled);
    const headerEnd = text.indexOf('\n') + 1;
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededRandom(seed);
      let broken = text;
      for (let n = 1 + random.index(5); n > 0; n--) {
        // Whole words are put in one another's places: most such lines are still well-formed, and say nonsense.
        const words = [...broken.slice(headerEnd).matchAll(/"[^"]*"|[\d.]+/g)];
        const [to, from] = [random.pick(words), random.pick(words)];
        const at = headerEnd + to.index;
        broken = broken.slice(0, at) + from[0] + broken.slice(at + to[0].length);
      }
      expect(() => reportText(sampleReport(broken)), `seed ${seed}`).not.toThrow();
      expect(readRun(broken).run.header, `seed ${seed}`).not.toBeNull();
    }
  });
});
