import { describe, expect, it } from 'vitest';
import { gateFigures } from './gateFigures.ts';
import { aliveUnits, countBeyond, SilentUnits } from './unitActivity.ts';

describe('the units of an activation', () => {
  it('are alive where one row has them above 0; NaN is no sign of death', () => {
    expect(aliveUnits([-1, 0, 2, NaN, -1, 0, -1, NaN, 0, 0.1, -1, -1], 4)).toEqual(Uint8Array.of(0, 1, 1, 1));
  });

  it('are dead when they were silent for 500 samples on end', () => {
    const units = new SilentUnits();
    const note = (alive: readonly number[], samples: number): { silent: number; dead: number } =>
      units.note([alive], 2, samples);
    expect([note([0, 1], 200), note([0, 0], 200)]).toEqual([
      { silent: 1, dead: 0 },
      { silent: 2, dead: 0 },
    ]);
    expect(note([0, 0], 100).dead).toBe(1);
    expect(note([0, 0], 200).dead).toBe(2);
    expect(note([1, 0], 200).dead).toBe(1);
  });

  it('live where any use of them does', () => {
    const twice = [
      [1, 0, 0],
      [0, 0, 1],
    ];
    expect(new SilentUnits().note(twice, 3, 500)).toEqual({ silent: 1, dead: 1 });
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
