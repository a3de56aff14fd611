import { describe, expect, it } from 'vitest';
import { magnitudeSimilarity, stepAlpha } from './closedForms.ts';

describe('E5: closed forms', () => {
  it('magnitude similarity at ratios 1, 3, 10, 100', () => {
    const expected = [
      [1, 1],
      [3, 0.6],
      [10, 0.198],
      [100, 0.02],
    ] as const;
    for (const [ratio, similarity] of expected) {
      expect(magnitudeSimilarity(ratio, 1)).toBeCloseTo(similarity, 3);
      expect(magnitudeSimilarity(1e200, ratio * 1e200)).toBeCloseTo(similarity, 3);
    }
    expect(magnitudeSimilarity(0, 0)).toBe(1);
    expect(magnitudeSimilarity(0, 5)).toBe(0);
  });

  it('alpha of a gradient step of rate r on h x²/2 is r h - 1', () => {
    for (const h of [0.1, 1, 7]) {
      for (const rate of [0, 0.05, 1 / h, 1.9 / h, 3 / h]) {
        const x = 2.5;
        const gradient = h * x;
        const step = -rate * gradient;
        const after = h * (x + step);
        // Slopes along the direction of the step, which is that of -gradient.
        expect(stepAlpha(-gradient * gradient, -after * gradient)).toBeCloseTo(rate * h - 1, 12);
      }
    }
    expect(stepAlpha(0, 1)).toBeNaN();
  });
});
