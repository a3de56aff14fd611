import { describe, expect, it } from 'vitest';
import { codedFrom, computedAt, sameNumbers, stagesOf, type ShapedTape } from './stages.ts';

/** A tape of operations that each make one tensor, numbered after the three pieces of data 0, 1 and 2; 2 is a lone number. */
function tapeOf(...nodes: readonly (readonly [kernel: string, ...inputs: number[]])[]): ShapedTape {
  return {
    nodes: nodes.map(([kernel, ...inputs], at) => ({ kernel, inputs, outputs: [3 + at] })),
    variables: [],
    sources: [0, 1, 2],
    sizeOf: (tensor) => (tensor === 2 ? 1 : 8),
    shapeOf: (tensor) => (tensor === 2 ? [] : [8]),
  };
}

describe('of what a target is made', () => {
  const scaled = tapeOf(['Slice', 0], ['Multiply', 3, 2], ['Cast', 4], ['Reshape', 5]);

  it('the data, step by step, for as long as it is one tensor', () => {
    expect(stagesOf(scaled, 6)).toEqual([0, 3, 4, 5, 6]);
    expect(stagesOf(tapeOf(['Sub', 0, 2], ['RealDiv', 3, 1], ['Cast', 4]), 5)).toEqual([4, 5]);
  });

  it('the tensors with the same numbers, the newest first', () => {
    expect(sameNumbers(scaled, 6)).toEqual([6, 5, 4]);
    expect(sameNumbers(scaled, 3)).toEqual([3]);
    expect(sameNumbers(tapeOf(['Cast', 1], ['ExpandDims', 3]), 4)).toEqual([4, 3, 1]);
  });

  it('the operation that computes the numbers; picking some computes none', () => {
    expect(computedAt(scaled, 6)).toBe(1);
    expect(computedAt(scaled, 3)).toBeNull();
    expect(computedAt(tapeOf(['RealDiv', 0, 1], ['GatherV2', 3, 1], ['Cast', 4]), 5)).toBe(0);
    expect(computedAt(scaled, 0)).toBeNull();
  });

  it('the class ids that are coded, as they are coded', () => {
    const coded = tapeOf(['Add', 0, 2], ['Cast', 3], ['OneHot', 4], ['Cast', 5]);
    expect(codedFrom(coded, stagesOf(coded, 6))).toBe(4);
    expect(codedFrom(scaled, stagesOf(scaled, 6))).toBeUndefined();
  });
});
