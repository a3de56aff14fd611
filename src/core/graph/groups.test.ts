import { describe, expect, it } from 'vitest';
import { groupId, groupVariables } from './groups.ts';
import type { LossGraph } from './lossGraph.ts';

/** Tensor numbers: 1-9 variables, 10 x, 11 labels; the rest are results, in the order they are made. */
const feed = (stop: boolean): LossGraph => ({
  nodes: [
    { inputs: [10, 1], outputs: [20] }, // h = trunk(x)
    { inputs: [20, 2], outputs: [21] }, // a1 = towerA(h)
    { inputs: [21, 3], outputs: [22] }, // prediction of A
    { inputs: [22], outputs: [23] }, // sigmoid
    ...(stop ? [] : [{ inputs: [23], outputs: [24] }]), // A's prediction as a feature
    { inputs: [20, 24, 4], outputs: [25] }, // b1 = towerB(h, feature)
    { inputs: [25, 5], outputs: [26] }, // prediction of B
    { inputs: [23, 11], outputs: [30] }, // loss A
    { inputs: [26, 11], outputs: [31] }, // loss B
  ],
  variables: [1, 2, 3, 4, 5, 6].map((tensor) => ({ name: `v${tensor}`, tensor })),
  losses: [
    { task: 'a', tensor: 30 },
    { task: 'b', tensor: 31 },
  ],
});

describe('groups by dominance', () => {
  it.each([true, false])('a prediction used as a feature does not change its tower (stop-gradient: %s)', (stop) => {
    const grouping = groupVariables(feed(stop));
    const ids = [...grouping.membership].map(([name, group]) => `${name} ${groupId(group)}`);
    expect(ids).toEqual(['v1 shared(a+b)', 'v2 tower(a)', 'v3 tower(a)', 'v4 tower(b)', 'v5 tower(b)', 'v6 unreached']);
    expect(grouping.reachedBy.get('v2')).toEqual(stop ? ['a'] : ['a', 'b']);
    expect(grouping.predictions.get('a')).toBe(22);
    expect(grouping.predictions.get('b')).toBe(26);
  });

  it('two losses on one prediction share everything', () => {
    const grouping = groupVariables({
      nodes: [
        { inputs: [10, 1], outputs: [20] },
        { inputs: [20, 11], outputs: [30] },
        { inputs: [20, 11], outputs: [31] },
      ],
      variables: [{ name: 'v1', tensor: 1 }],
      losses: [
        { task: 'a', tensor: 30 },
        { task: 'b', tensor: 31 },
      ],
    });
    expect(groupId(grouping.membership.get('v1')!)).toBe('shared(a+b)');
  });

  it('one shared group per set of tasks', () => {
    const grouping = groupVariables({
      nodes: [
        { inputs: [10, 1], outputs: [20] },
        { inputs: [20, 2], outputs: [21] },
        { inputs: [20, 3], outputs: [30] },
        { inputs: [21, 4], outputs: [31] },
        { inputs: [21, 5], outputs: [32] },
      ],
      variables: [1, 2, 3, 4, 5].map((tensor) => ({ name: `v${tensor}`, tensor })),
      losses: [
        { task: 'a', tensor: 30 },
        { task: 'b', tensor: 31 },
        { task: 'c', tensor: 32 },
      ],
    });
    expect([...grouping.membership.values()].map(groupId)).toEqual([
      'shared(a+b+c)',
      'shared(b+c)',
      'tower(a)',
      'tower(b)',
      'tower(c)',
    ]);
  });
});
