import { expect, it } from 'vitest';
import { inEnglish } from '../diagnosis/sentence.ts';
import { aggregators } from './aggregators/aggregators.ts';
import { methodAdvice } from './methodAdvice.ts';
import { replay, type Replay, type ReplayedMethod } from './replay.ts';

/** A training that stands: gradients of two tasks with these products, at 20 looks. */
function adviceFor(gram: number[][]): { id: string; text: string; method: string | null }[] {
  const moments = Array.from({ length: 20 }, (_, i) => ({
    step: i + 1,
    steps: 1,
    losses: [1, 1],
    present: [1, 1],
    gram,
  }));
  const made = replay({ objective: 'fit', tasks: ['a', 'b'], group: 'shared', moments }, aggregators);
  return methodAdvice(made, (task) => `task ${task}`).map(({ id, text, change }) => ({
    id,
    text: inEnglish(...text),
    method: change?.of === 'weighting' ? change.method : null,
  }));
}

it('where the sum makes a task worse, those that would not are named, the one that gains most for the weaker first', () => {
  const [weighting, none] = adviceFor([
    [1, -5],
    [-5, 100],
  ]);
  expect(weighting!.id).toBe('weighting');
  expect(weighting!.text).toMatch(/^The present sum makes task a worse, to first order; .* would not\. /);
  expect(weighting!.text).toContain(
    'These are directions along the training as it went, at 20 looks from step 1 to 20: they show what is not worth a trial, not what helps.',
  );
  expect(['mgda', 'pcGrad', 'imtlG', 'nashMtl', 'alignedMtl', 'fairGrad', 'upGrad', 'dualProj', 'caGrad']).toContain(
    weighting!.method,
  );
  expect(none!.text).toMatch(/nothing to gain there/);
  expect(none!.text).toMatch(/DWA/);
});

it('equal and orthogonal gradients leave nothing to gain by most', () => {
  const found = adviceFor([
    [1, 0],
    [0, 1],
  ]);
  expect(found.map(({ id }) => id)).toEqual(['noWeighting']);
  for (const title of ['PCGrad', 'MGDA', 'GradNorm', 'UPGrad']) {
    expect(found[0]!.text).toContain(title);
  }
});

it('where gradients cancel out, some would stand still', () => {
  const found = adviceFor([
    [1, -2],
    [-2, 4],
  ]);
  expect(found.at(-1)!.text).toMatch(/MGDA.* would have stood still\./);
});

it('a method is named that spares all whom the sum harms, and harms nobody else', () => {
  const middle = (median: number) => ({ median, from: median, to: median });
  const tasks = (a: number, b: number) =>
    [a, b].map((gain, i) => ({ task: 'ab'[i]!, weight: middle(1), gain: middle(gain) }));
  const method = (title: string, change: Partial<ReplayedMethod>): ReplayedMethod => ({
    name: title.toLowerCase(),
    title,
    paper: '',
    verdict: 'differs',
    cosine: middle(0.5),
    length: middle(1),
    tasks: tasks(0.9, 0.9),
    spared: ['a'],
    harmed: [],
    ...change,
  });
  const made: Replay = {
    objective: 'fit',
    group: 'shared',
    tasks: ['a', 'b'],
    steps: { from: 1, to: 20, count: 20 },
    present: tasks(-0.3, 0.9),
    methods: [
      method('Harms', { harmed: ['b'] }),
      method('Leaves', { spared: [] }),
      method('Same', { verdict: 'nothing' }),
      method('Weak', { tasks: tasks(0.05, 0.8) }),
      method('Good', { tasks: tasks(0.2, 0.4) }),
    ],
  };
  const [weighting, none] = methodAdvice(made, (task) => task);
  expect(weighting!.change).toEqual({ of: 'weighting', method: 'good' });
  expect(inEnglish(...weighting!.text)).toMatch(
    /^The present sum makes a worse, to first order; Good, Weak would not\./,
  );
  expect(inEnglish(...none!.text)).toMatch(/^Same would have moved in the present direction/);
});
