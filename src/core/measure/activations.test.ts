import { describe, expect, it } from 'vitest';
import { gateFigures } from './gateFigures.ts';
import { aliveUnits, countBeyond, SilentUnits } from './unitActivity.ts';

describe('the units of an activation', () => {
  it('are alive where one row has them above 0; NaN is no sign of death', () => {
    expect(aliveUnits([-1, 0, 2, NaN, -1, 0, -1, NaN, 0, 0.1, -1, -1], 4)).toEqual([false, true, true, true]);
  });

  it('are dead when they were silent for 500 samples on end', () => {
    const silent = new SilentUnits();
    expect([silent.note([false, true], 200), silent.note([false, false], 200)]).toEqual([0, 0]);
    expect(silent.note([false, false], 100)).toBe(1);
    expect(silent.note([false, false], 200)).toBe(2);
    expect(silent.note([true, false], 200)).toBe(1);
  });

  it('are counted outside of limits, not at them', () => {
    expect(countBeyond([0, 1, 0.5, -0.1, 1.1, NaN], 0, 1)).toBe(2);
  });
});

describe('a gate', () => {
  it('has entropy 1 where all experts weigh the same, and 0 where one has all', () => {
    expect(gateFigures([0.25, 0.25, 0.25, 0.25], 4)).toEqual({
      entropy: 1,
      collapsed: 0,
      load: [0.25, 0.25, 0.25, 0.25],
    });
    expect(gateFigures([0, 1, 0, 0], 4)).toEqual({ entropy: 0, collapsed: 1, load: [0, 1, 0, 0] });
  });

  it('is told row by row: two rows that each listen to another expert are collapsed, though the load is even', () => {
    expect(gateFigures([1, 0, 0, 1], 2)).toEqual({ entropy: 0, collapsed: 1, load: [0.5, 0.5] });
    const half = gateFigures([1, 0, 0.5, 0.5], 2);
    expect(half).toEqual({ entropy: 0.5, collapsed: 0.5, load: [0.75, 0.25] });
  });
});
