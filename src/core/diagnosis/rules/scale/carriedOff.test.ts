import { expect, it } from 'vitest';
import { graph } from '../../../../../test/sampleRecord.ts';
import { noisy, simulatedRun, type SimulatedTask } from '../../../../../test/simulatedRun.ts';
import { at, fact, said, viewOf } from '../../../../../test/viewOf.ts';
import { diagnose } from '../../diagnose.ts';
import { lossScale } from './lossScale.ts';

const noise = noisy(0.2);
const flat = (level: number, seed: number) => (n: number) => level * noisy(0.1, seed)(n);
/** dwell is a thousand times as large and has the trunk; up to step 20 its steps drive it to where it is flat. */
const dwell: SimulatedTask = { loss: flat(1e4, 3), norm: (n) => 1000 * noise(n), share: () => 1 };
const click: SimulatedTask = { loss: flat(1, 2), share: () => 0 };

function lost(tasks: { click: SimulatedTask; dwell: SimulatedTask }, from: number) {
  const lines = simulatedRun(200, tasks).map((line) =>
    line.type !== 'step' || line.step < from
      ? line
      : {
          ...line,
          groups: Object.fromEntries(
            Object.entries(line.groups).map(([id, group]) => [
              id,
              { ...group, norm: group.norm.map(() => 0), gram: group.gram.map(() => 0), share: null },
            ]),
          ),
        },
  );
  return viewOf(...lines);
}

it('a gap whose steps drove the shared layers to where they are flat is a warning, from the looks that found 0', () => {
  const view = lost({ click, dwell }, 20);
  expect(said(lossScale, view)[0]).toMatch(
    /^warning: dwell made 100 % of the update of shared up to step 18; from step 20 on every gradient there is exactly 0: .* The loss of click does not fall\.$/,
  );
  const [found] = lossScale.judge(view).findings;
  expect(found!.evidence[1]).toMatchObject({
    name: 'share of dwell in shared, at first',
    steps: { from: 2, to: 18, count: 9 },
  });
});

it('is none where the small task learned all the same, where the gradients come back, or at the last looks alone', () => {
  const falling: SimulatedTask = { ...click, loss: (n) => noisy(0.1, 2)(n) * Math.exp(-n / 60) };
  expect(said(lossScale, lost({ click: falling, dwell }, 20))[0]).toMatch(/^information/);
  expect(said(lossScale, lost({ click, dwell }, 198))[0]).not.toMatch(/exactly 0/);
});

it('a task that has the trunk and does no better than the mean of its targets pays for its own scale', () => {
  const labels = (variance: number) =>
    fact(
      'labels',
      {
        rows: 32,
        values: 32,
        nonFinite: 0,
        min: -9,
        max: 9,
        mean: 0,
        variance,
        whole: false,
        distinct: null,
        sameRows: false,
        mode: 0,
        modeShare: 0.1,
        argument: null,
      },
      { task: 'dwell', position: at(32) },
    );
  const falling: SimulatedTask = { loss: (n) => noisy(0.1, 2)(n) * Math.exp(-n / 60), share: () => 0.001 };
  const large = { ...dwell, share: () => 0.999 };
  const run = (variance: number) =>
    viewOf(...simulatedRun(200, { click: falling, dwell: large }, { first: [graph, labels(variance)] }));
  expect(said(lossScale, run(1e4))[0]).toMatch(
    /^warning: .* dwell itself has not learned more than the mean of its targets/,
  );
  expect(said(lossScale, run(1e6))[0]).toMatch(/^information/);
  // Its gradient is gone before it comes to the first layer: no step of it can throw that about.
  const kernels = { first: 'trunk1/kernel', last: 'dwell/kernel', count: 13, widest: 'dwell/kernel', gain: 1 };
  const path = fact('kernels', kernels, { objective: 'fit', task: 'dwell' });
  const vanished = (first: number) =>
    viewOf(
      ...simulatedRun(200, { click: falling, dwell: large }, { first: [graph, labels(1e4), path] }).map((line) =>
        line.type === 'step' ? { ...line, kernels: { dwell: [first, 0.2] as const } } : line,
      ),
    );
  expect(said(lossScale, vanished(1e-9))[0]).toMatch(/^information/);
  expect(said(lossScale, vanished(0.1))[0]).toMatch(/^warning/);
});

it('information is not what a warning comes from', () => {
  const falling: SimulatedTask = { ...click, loss: (n) => noisy(0.1, 2)(n) * Math.exp(-n / 60) };
  const { findings } = diagnose(lost({ click: falling, dwell }, 20).run);
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  for (const { root, severity } of findings) {
    expect(root !== null && severity !== 'information' && byId.get(root)?.severity === 'information').toBe(false);
  }
});
