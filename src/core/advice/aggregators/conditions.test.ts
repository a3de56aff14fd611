import { describe, expect, it } from 'vitest';
import { symmetricEigen } from './algebra/eigen.ts';
import { entry, product, timesVector } from './algebra/matrix.ts';
import { nonNegativeMinimum } from './algebra/nonNegative.ts';
import { caGrad } from './caGrad.ts';
import { alignedMtl } from './alignedMtl.ts';
import type { Aggregator } from './aggregator.ts';
import { fairGrad } from './fairGrad.ts';
import { imtlG } from './imtlG.ts';
import { gramOf, randomCases } from '../../../../test/jacobians.ts';
import { mgda } from './mgda.ts';
import { nashMtl } from './nashMtl.ts';

const cases = randomCases(150);
const fullRank = randomCases(150, 1e3, 8);
const weightsOf = (method: Aggregator, gram: number[][]): readonly number[] =>
  method.step({ gram, losses: gram.map(() => 1) }, []).weights;

describe('each solution meets the conditions that define it', () => {
  it('non-negative minimum: no slope below 0, and none where x is above it', () => {
    for (const { jacobian, what } of cases) {
      const gram = gramOf(jacobian);
      const f = timesVector(
        gram,
        gram.map((_, i) => 0.3 + i),
      );
      const x = nonNegativeMinimum(gram, f);
      timesVector(gram, x).forEach((value, i) => {
        const slope = (value + f[i]!) / Math.sqrt(gram[i]![i]!);
        const size = Math.max(...f.map((each, k) => Math.abs(each) / Math.sqrt(gram[k]![k]!)));
        expect(x[i]!, what).toBeGreaterThanOrEqual(0);
        expect(slope / size, `${what}, slope ${i}`).toBeGreaterThan(-1e-10);
        expect(x[i]! > 0 ? Math.abs(slope) / size : 0, `${what}, free ${i}`).toBeLessThan(1e-9);
      });
    }
  });

  it('eigenvectors: M v = value v, and orthonormal', () => {
    for (const { jacobian, what } of cases) {
      const gram = gramOf(jacobian);
      const { values, vectors } = symmetricEigen(gram);
      const largest = Math.max(...values);
      values.forEach((value, k) => {
        const v = gram.map((_, i) => entry(vectors, i, k));
        timesVector(gram, v).forEach((each, i) => {
          expect(Math.abs(each - value * v[i]!) / largest, what).toBeLessThan(1e-13);
        });
        values.forEach((__, l) => {
          const other = gram.map((_, i) => entry(vectors, i, l));
          expect(
            v.reduce((total, each, i) => total + each * other[i]!, 0),
            what,
          ).toBeCloseTo(k === l ? 1 : 0, 12);
        });
      });
    }
  });

  it('MGDA: every gradient reaches at least as far along the step as the step is long', () => {
    for (const { jacobian, what } of cases) {
      const gram = gramOf(jacobian);
      const w = weightsOf(mgda, gram);
      const squared = product(w, gram, w);
      const largest = Math.max(...gram.map((row, i) => row[i]!));
      expect(
        w.reduce((a, b) => a + b, 0),
        what,
      ).toBeCloseTo(1, 12);
      timesVector(gram, w).forEach((gain) => expect((gain - squared) / largest, what).toBeGreaterThan(-1e-10));
    }
  });

  it('Nash-MTL and FairGrad: G w = w^(-1/alpha), with G of unit size', () => {
    for (const [method, alpha] of [
      [nashMtl, 1],
      [fairGrad(), 2],
      [fairGrad({ alpha: 0.5 }), 0.5],
      [fairGrad({ alpha: 8 }), 8],
    ] as const) {
      for (const { jacobian, what } of fullRank) {
        const gram = gramOf(jacobian);
        const size = Math.hypot(...gram.flat());
        const w = weightsOf(method, gram);
        // Where the least eigenvalue of the cosines was raised, the balance is another one.
        const cosines = gram.map((row, i) => row.map((value, j) => value / Math.sqrt(gram[i]![i]! * gram[j]![j]!)));
        if (Math.min(...symmetricEigen(cosines).values) < 2e-6) {
          continue;
        }
        timesVector(gram, w).forEach((gain, i) => {
          expect((gain / size) * w[i]! ** (1 / alpha), `${method.title} ${alpha}, ${what}`).toBeCloseTo(1, 6);
        });
      }
    }
  });

  it('IMTL-G: all projections are equal, and not negative', () => {
    for (const { jacobian, what } of fullRank) {
      const gram = gramOf(jacobian);
      const w = weightsOf(imtlG, gram);
      const projections = timesVector(gram, w).map((gain, i) => gain / Math.sqrt(gram[i]![i]!));
      const shortest = Math.min(...gram.map((row, i) => Math.sqrt(row[i]!)));
      projections.forEach((each) => {
        expect(Math.abs(each - projections[0]!) / Math.max(shortest, projections[0]!), what).toBeLessThan(1e-6);
        expect(each, what).toBeGreaterThanOrEqual(0);
      });
    }
  });

  it('IMTL-G: where a sum of 1 would go against every task, the opposite is taken', () => {
    // The third lies almost between the first two, and is short: equal projections need much of its opposite.
    const jacobian = [
      [1, 0, 0],
      [0, 1, 0],
      [0.07, 0.07, 0.014],
    ];
    const w = weightsOf(imtlG, gramOf(jacobian));
    expect(w.reduce((a, b) => a + b, 0)).toBeCloseTo(-1, 10);
    expect(Math.min(...timesVector(gramOf(jacobian), w))).toBeGreaterThan(1e-3 * 0.1);
  });

  it('CAGrad: within c |g0| of the mean, and no other w makes its objective smaller', () => {
    for (const { jacobian, what, seed } of fullRank.slice(0, 60)) {
      const gram = gramOf(jacobian);
      const c = 0.1 + (seed % 9) / 10;
      const mean = gram.map(() => 1 / gram.length);
      const radius = c * Math.sqrt(product(mean, gram, mean));
      const weights = weightsOf(caGrad({ c }), gram);
      const away = weights.map((w, i) => w - mean[i]!);
      expect(Math.sqrt(product(away, gram, away)) / radius, what).toBeCloseTo(1, 8);
      const objective = (w: readonly number[]): number =>
        product(w, gram, mean) + radius * Math.sqrt(Math.max(0, product(w, gram, w)));
      const total = away.reduce((a, b) => a + b, 0);
      const best = objective(away.map((value) => value / total));
      // Convex: where no corner is downhill, nothing is.
      gram.forEach((_, corner) => {
        const towards = away.map((value, i) => (1 - 1e-4) * (value / total) + (i === corner ? 1e-4 : 0));
        expect((objective(towards) - best) / Math.abs(best), `${what}, corner ${corner}`).toBeGreaterThan(-1e-8);
      });
    }
  });

  it('Aligned-MTL: made orthogonal and as long as the least principal component', () => {
    for (const { jacobian, what } of fullRank) {
      const gram = gramOf(jacobian);
      const least = Math.min(...symmetricEigen(gram).values);
      const w = weightsOf(alignedMtl, gram);
      expect(product(w, gram, w) / (least / gram.length), what).toBeCloseTo(1, 6);
    }
  });
});
