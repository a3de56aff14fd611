import { describe, expect, it } from 'vitest';
import { gramOf } from '../../../test/jacobians.ts';
import { graph, header, measure, plan, recordText, step, term, window, windowed } from '../../../test/sampleRecord.ts';
import type { RecordLine } from '../run/record.ts';
import { readRun } from '../run/run.ts';
import { aggregators } from './aggregators/aggregators.ts';
import { replay, replayMethods, type Replay, type ReplayedMethod } from './replay.ts';
import type { Moment } from './trajectory.ts';

const runOf = (lines: readonly RecordLine[]) => readRun(recordText(lines)).run;
const method = (found: Replay | null, name: string): ReplayedMethod =>
  found!.methods.find((each) => each.name === name)!;

/** A run that stays where it is, with these gradients. */
function standing(jacobian: readonly (readonly number[])[], present: readonly number[], change: Partial<Moment> = {}) {
  const moment = { steps: 1, losses: present.map(() => 1), present, gram: gramOf(jacobian), ...change };
  const moments = Array.from({ length: 20 }, (_, i) => ({ step: i + 1, ...moment }));
  const tasks = present.map((_, i) => `task${i}`);
  return replay({ objective: 'fit', group: 'shared', tasks, moments }, aggregators);
}

const triangle = (gram: readonly (readonly number[])[]): number[] => gram.flatMap((row, i) => row.slice(i));
const shared = 'shared(click+dwell)';
/** Deep looks at ten steps: gradients of these losses, times the weights that the run gave them. */
const recorded = (jacobian: readonly (readonly number[])[], weights: readonly number[]): RecordLine[] => {
  const weighted = gramOf(jacobian.map((row, i) => row.map((value) => value * weights[i]!)));
  return Array.from({ length: 10 }, (_, i) => {
    const loss = weights.map((weight) => ({ raw: 2, weight, weighted: 2 * weight, relative: 1 }));
    const measured = { ...measure(['click', 'dwell'], [1, 1], [0.5, 0.5]), gram: triangle(weighted) };
    return step(i + 1, { loss, groups: { [shared]: measured } });
  });
};

describe('what each method would have done', () => {
  it('nothing, where two gradients are orthogonal and the mean is what the projections leave', () => {
    const found = standing(
      [
        [3, 0],
        [0, 4],
      ],
      [1, 1],
    );
    for (const name of ['equal', 'pcGrad', 'upGrad', 'dualProj', 'dwa', 'uncertainty']) {
      expect(method(found, name).verdict, name).toBe('nothing');
    }
    expect(method(found, 'upGrad').length.median).toBeCloseTo(0.5, 12);
    // MGDA: weights 16/25 and 9/25, so the step is (48, 36) / 25; with (3, 4) its cosine is 24/25.
    const mgda = method(found, 'mgda');
    expect(mgda.verdict).toBe('differs');
    expect(mgda.cosine!.median).toBeCloseTo(24 / 25, 10);
    expect(mgda.length.median).toBeCloseTo(60 / 25 / 5, 10);
    expect(mgda.tasks.map(({ weight }) => weight.median)).toEqual([expect.closeTo(0.64, 10), expect.closeTo(0.36, 10)]);
    expect(mgda.tasks.map(({ gain }) => gain.median)).toEqual([expect.closeTo(0.8, 10), expect.closeTo(0.6, 10)]);
    expect(found.present.map(({ gain }) => gain.median)).toEqual([expect.closeTo(0.6, 10), expect.closeTo(0.8, 10)]);
    expect([mgda.spared, mgda.harmed]).toEqual([[], []]);
  });

  it('which task is spared, and which is harmed', () => {
    const jacobian = [
      [-4, 1, 1],
      [6, 1, 1],
    ];
    const found = standing(jacobian, [1, 1]);
    // The sum, (2, 2, 2), makes the first task worse: -4 over its length.
    expect(found.present[0]!.gain.median).toBeCloseTo(-4 / Math.sqrt(18 * 12), 12);
    for (const name of ['mgda', 'pcGrad', 'upGrad', 'dualProj', 'nashMtl', 'imtlG']) {
      expect(method(found, name).spared, name).toEqual(['task0']);
      expect(method(found, name).verdict, name).toBe('differs');
    }
    expect(method(found, 'equal')).toMatchObject({ verdict: 'nothing', spared: [], harmed: [] });
    // Where the weights are right already, the plain sum is what harms.
    expect(method(standing(jacobian, [1.2, 0.8]), 'equal').harmed).toEqual(['task0']);
  });

  it('the same direction from other weights, where one task owns the shared variables either way', () => {
    const found = standing(
      [
        [1, 0],
        [0, 1e6],
      ],
      [1, 1],
      { losses: [1, 1] },
    );
    expect(method(found, 'fairGrad').verdict).toBe('differs');
    expect(
      method(
        standing(
          [
            [1, 0],
            [0, 1e6],
          ],
          [1, 3],
        ),
        'equal',
      ).verdict,
    ).toBe('sameDirection');
  });

  it('to stay, where gradients cancel out', () => {
    const opposite = [
      [1, 0],
      [-3, 0],
    ];
    const mgda = method(standing(opposite, [1, 1]), 'mgda');
    expect(mgda).toMatchObject({ verdict: 'stays', cosine: null });
    expect(mgda.length.median).toBeLessThan(1e-6);
  });

  it('what is learned along: GradNorm’s weights drift from 1 at its rate, and a window counts all its steps', () => {
    const jacobian = [
      [1, 0],
      [0, 100],
    ];
    const short = method(standing(jacobian, [1, 1]), 'gradNorm').tasks[0]!.weight;
    const long = method(standing(jacobian, [1, 1], { steps: 10 }), 'gradNorm').tasks[0]!.weight;
    expect(short.median).toBeCloseTo(1 + 9.5e-3, 5);
    expect(long.median).toBeCloseTo(1 + 95e-3, 3);
    expect([short.from, short.to]).toEqual([expect.closeTo(1.002, 5), expect.closeTo(1.017, 5)]);
  });
});

describe('on a recorded run', () => {
  it('gradients are freed from the weights that the run gave them', () => {
    const jacobian = [
      [-4, 1, 1],
      [6, 1, 1],
    ];
    for (const weights of [
      [1, 1],
      [0.5, 20],
    ]) {
      const found = replayMethods(runOf([header, graph, ...recorded(jacobian, weights)]), 'fit')!;
      expect(found).toMatchObject({ group: shared, tasks: ['click', 'dwell'], steps: { from: 1, to: 10, count: 10 } });
      const [click, dwell] = method(found, 'upGrad').tasks;
      expect(click!.weight.median).toBeCloseTo(1.111111, 5);
      expect(dwell!.weight.median).toBeCloseTo(0.789474, 5);
      expect(found.present.map(({ weight }) => weight.median)).toEqual(weights);
      const [a, b] = weights;
      const d = [0, 1, 2].map((k) => a! * jacobian[0]![k]! + b! * jacobian[1]![k]!);
      const gain = jacobian[0]!.reduce((total, value, k) => total + value * d[k]!, 0);
      expect(found.present[0]!.gain.median).toBeCloseTo(gain / Math.sqrt(18) / Math.hypot(...d), 10);
    }
  });

  it('with few deep looks it rests on the boundary, where every step was looked at', () => {
    const found = replayMethods(runOf(windowed), 'fit')!;
    // Five deep looks are enough; with nothing but windows, the boundary's are used.
    expect(found).toMatchObject({ group: shared, steps: { count: 5 } });
    const shallow = replayMethods(runOf(windowed.filter(({ type }) => type !== 'step')), 'fit')!;
    expect(shallow).toMatchObject({ group: null, steps: { from: 1, to: 40, count: 40 } });
    // Norms 0.5 and 2000, product -500: cosine -1/2.
    expect(shallow.present[0]!.gain.median).toBeCloseTo((0.25 - 500) / 0.5 / Math.sqrt(0.25 - 1000 + 4e6), 8);
    expect(method(shallow, 'mgda').spared).toEqual(['click']);
  });

  it('sees nothing later than it may, and nothing where nothing is shared', () => {
    const run = runOf([header, graph, ...recorded([[1], [1]], [1, 1])]);
    expect(replayMethods(run, 'fit', 7)!.steps).toEqual({ from: 1, to: 7, count: 7 });
    expect(replayMethods(run, 'another')).toBeNull();
    expect(replayMethods(run, 'fit', 0)).toBeNull();
    expect(replayMethods(runOf([header, graph, window(1, 1, { boundary: null })]), 'fit')).toBeNull();
  });

  it('leaves out regularisers, and products that are not known', () => {
    const penalty = { ...term('penalty', 1), kind: 'regularisers' as const };
    const terms = ['click', 'dwell', 'penalty'];
    const own = { ...graph, terms: [...graph.terms, penalty], objectives: [{ ...graph.objectives[0]!, terms }] };
    const loss = [1, 1, 1].map((weight) => ({ raw: 2, weight, weighted: 2, relative: 1 }));
    const measured = { ...measure(terms, [1, 1, 1], [0.5, 0.3, 0.2]), gram: [18, -22, 1, 38, 1, 7] };
    const broken = { ...measured, gram: [18, 'NaN' as const, 1, 38, 1, 7] };
    const lines = [1, 2, 3, 4, 5, 6].map((n) => step(n, { loss, groups: { [shared]: n === 3 ? broken : measured } }));
    const found = replayMethods(runOf([header, own, ...lines]), 'fit')!;
    expect(found.tasks).toEqual(['click', 'dwell']);
    expect(found.steps.count).toBe(5);
    expect(method(found, 'pcGrad').tasks[0]!.weight.median).toBeCloseTo(2.222222, 5);
  });

  it('DWA changes after the run’s own epochs', () => {
    const lines = Array.from({ length: 60 }, (_, i) => {
      // The loss of click halves with every epoch of 20 steps, that of dwell stays.
      const raw = [2 ** -Math.floor(i / 20), 1];
      const loss = raw.map((value) => ({ raw: value, weight: 1, weighted: value }));
      return window(i + 1, i + 1, {
        loss,
        boundary: { steps: 1, terms: ['click', 'dwell'], norm: [1, 1], gram: [1, 0, 1] },
      });
    });
    const found = method(replayMethods(runOf([header, plan, graph, ...lines]), 'fit'), 'dwa');
    const [a, b] = [Math.exp(0.25), Math.exp(0.5)];
    expect(found.tasks[0]!.weight.from).toBeCloseTo((2 * a) / (a + b), 10);
    expect(found.tasks[0]!.weight.to).toBe(1);
  });
});
