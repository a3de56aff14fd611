import { describe, expect, it } from 'vitest';
import { alignedMtl } from './alignedMtl.ts';
import type { Aggregator } from './aggregator.ts';
import { caGrad } from './caGrad.ts';
import { dualProj } from './dualProj.ts';
import { equal } from './equal.ts';
import { fairGrad } from './fairGrad.ts';
import { imtlG } from './imtlG.ts';
import { combined, gramOf, length } from '../../../../test/jacobians.ts';
import { mgda } from './mgda.ts';
import { nashMtl } from './nashMtl.ts';
import { pcGrad } from './pcGrad.ts';
import { upGrad } from './upGrad.ts';

const weightsOf = (method: Aggregator, gram: number[][]): readonly number[] =>
  method.step({ gram, losses: gram.map(() => 1) }, method.start(gram.length)).weights;

const close = (found: readonly number[], expected: readonly number[], digits: number, what = ''): void => {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => expect(value, `${what}[${i}]`).toBeCloseTo(expected[i]!, digits));
};

describe('two gradients, (-4, 1, 1) and (6, 1, 1), from their Gram matrix alone', () => {
  const jacobian = [
    [-4, 1, 1],
    [6, 1, 1],
  ];
  const gram = gramOf(jacobian);

  it.each([
    ['upGrad', upGrad, [1.111111, 0.789474]],
    ['dualProj', dualProj, [0.611111, 0.5]],
    ['pcGrad', pcGrad, [2.222222, 1.578947]],
    ['mgda', mgda, [0.6, 0.4]],
    ['imtlG', imtlG, [0.59233, 0.40767]],
    ['equal', equal, [1, 1]],
  ] as const)('%s', (_, method, expected) => {
    const found = weightsOf(method, gram);
    found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
  });

  it('Nash-MTL: G w = |G| / w, which for two tasks has the closed form v = 1 / sqrt(1 + cosine), w = v / |g|', () => {
    const [a, b] = [Math.sqrt(18), Math.sqrt(38)];
    const v = Math.sqrt(Math.hypot(18, 22, 22, 38) / (1 - 22 / (a * b)));
    close(weightsOf(nashMtl, gram), [v / a, v / b], 10);
    close(weightsOf(fairGrad({ alpha: 1 }), gram), [v / a, v / b], 10, 'FairGrad of 1');
  });

  it('Aligned-MTL: the combination has the square root of the least eigenvalue over T as its length', () => {
    const least = 28 - Math.sqrt(10 ** 2 + 22 ** 2);
    const step = combined(jacobian, weightsOf(alignedMtl, gram));
    expect(length(step)).toBeCloseTo(Math.sqrt(least * (0.25 + 0.25)), 10);
    // Of orthogonal gradients of lengths 3 and 4, both become 3 long.
    close(
      weightsOf(alignedMtl, [
        [9, 0],
        [0, 16],
      ]),
      [0.5, 0.375],
      12,
    );
  });

  it('CAGrad: the step lies c |g0| from the mean gradient, and of those the least gain is largest', () => {
    const c = 0.4;
    const step = combined(jacobian, weightsOf(caGrad({ c }), gram));
    const mean = combined(jacobian, [0.5, 0.5]);
    const away = step.map((value, k) => value - mean[k]!);
    expect(length(away)).toBeCloseTo(c * length(mean), 10);
    const gain = (d: readonly number[]): number =>
      Math.min(...jacobian.map((row) => row.reduce((total, value, k) => total + value * d[k]!, 0)));
    const best = gain(step);
    // All steps of that distance in the plane of the two gradients, one per hundredth of a degree.
    const [first, second] = [
      [1, 0, 0],
      [0, Math.SQRT1_2, Math.SQRT1_2],
    ];
    for (let angle = 0; angle < 36_000; angle++) {
      const turn = (angle * Math.PI) / 18_000;
      const other = mean.map(
        (value, k) => value + c * length(mean) * (Math.cos(turn) * first![k]! + Math.sin(turn) * second![k]!),
      );
      expect(gain(other)).toBeLessThanOrEqual(best + 1e-9);
    }
    // A step that may not leave the mean gradient is the mean gradient.
    close(weightsOf(caGrad({ c: 0 }), gram), [0.5, 0.5], 12);
  });
});

describe('what can be said without arithmetic', () => {
  const orthogonal = [
    [1, 0, 0],
    [0, 4, 0],
    [0, 0, 100],
  ];

  it.each([
    ['MGDA weighs orthogonal gradients by 1 / |g|^2', mgda, [1, 1 / 4, 1 / 100].map((x) => x / 1.26)],
    ['IMTL-G by 1 / |g|', imtlG, [1, 1 / 2, 1 / 10].map((x) => x / 1.6)],
    ['UPGrad leaves them alone', upGrad, [1 / 3, 1 / 3, 1 / 3]],
    ['DualProj too', dualProj, [1 / 3, 1 / 3, 1 / 3]],
    ['PCGrad too', pcGrad, [1, 1, 1]],
    ['Aligned-MTL makes them as long as the shortest', alignedMtl, [1 / 3, 1 / 6, 1 / 30]],
  ] as const)('%s', (_, method, expected) => {
    close(weightsOf(method, orthogonal), expected, 10);
  });

  it('opposite gradients: MGDA and IMTL-G stay, CAGrad goes as little as it may, and nobody gives a weight that is no number', () => {
    const opposite = [
      [1, -3],
      [-3, 9],
    ];
    close(weightsOf(mgda, opposite), [0.75, 0.25], 10);
    close(weightsOf(imtlG, opposite), [0, 0], 10);
    // The mean gradient is -1 along the first: within 0.4 of it, -0.6 hurts the first least.
    close(weightsOf(caGrad(), opposite), [0.9, 0.5], 8);
    for (const method of [upGrad, dualProj, pcGrad, nashMtl, fairGrad(), alignedMtl]) {
      expect(weightsOf(method, opposite).every(Number.isFinite), method.name).toBe(true);
    }
  });

  it('a hundred thousand to one: the small task is not lost to rounding', () => {
    const gap = [
      [1, -0.5e5],
      [-0.5e5, 1e10],
    ];
    // (c - b) / (a + c - 2b) for squares a, c and product b.
    close(
      weightsOf(mgda, gap),
      [1, 0].map((_, i) => [1e10 + 0.5e5, 1 + 0.5e5][i]! / (1 + 1e10 + 1e5)),
      12,
    );
    close(weightsOf(upGrad, gap), [(1 + 0.5e5 + 0) / 2, (1 + 0.5e-5) / 2], 6);
  });
});
