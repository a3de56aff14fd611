import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('the pace of looks at a run', () => {
  it('lets the first come at once, and others a quarter of a second apart', () => {
    const pace = new Pace();
    expect(pace.wait(1_000)).toBe(0);
    pace.looked(1_000, 1_001);
    expect([1_001, 1_200, 1_251, 9_000].map((now) => pace.wait(now))).toEqual([250, 51, 0, 0]);
  });

  it('keeps looks that take long to one fiftieth of the time, and forgets a slow one after the next', () => {
    const pace = new Pace();
    pace.looked(0, 200);
    expect(pace.wait(200)).toBe(10_000);
    pace.looked(10_200, 10_210);
    expect(pace.wait(10_210)).toBe(500);
  });
});
