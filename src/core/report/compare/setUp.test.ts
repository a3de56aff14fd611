import { describe, expect, it } from 'vitest';
import { compare, losses } from '../../../../test/comparedRuns.ts';
import { detach, end, graph, header, healthy, measure, step, stop } from '../../../../test/sampleRecord.ts';
import type { GraphLine, RecordLine, StepLine } from '../../run/record.ts';

const withOptimizer = (optimizer: GraphLine['objectives'][number]['optimizer']): GraphLine => ({
  ...graph,
  objectives: graph.objectives.map((each) => ({ ...each, optimizer })),
});

describe('what was changed', () => {
  it('is nothing between a run and itself', () => {
    const { differences, cuts, chance } = compare(healthy, healthy);
    expect([differences, cuts]).toEqual([[], []]);
    expect(chance).toMatch(/^All have seed 7\./);
  });

  it('is all that the header, the graph and the steps say otherwise, and no more', () => {
    const other: RecordLine[] = [
      {
        ...header,
        entry: 'other.ts',
        args: ['--epochs', '3', 'a b'],
        seed: null,
        every: 1,
        commit: null,
        scriptHash: `sha256:${'cd'.repeat(32)}`,
        backend: { asked: 'cpu', name: 'cpu', reason: '' },
        versions: { ...header.versions, tfjs: '4.21.0' },
      },
      withOptimizer({ name: 'SGD', learningRate: 0.01 }),
      losses(1, 0.7, 3e4, [1, 0.5]),
      losses(2, 0.7, 3e4, [1, 0.25]),
      { ...end, state: 'cancelled', steps: 2 },
    ];
    const { differences, chance } = compare(healthy, other);
    expect(Object.fromEntries(differences.map(({ what, values }) => [what, values]))).toEqual({
      script: ['feed.ts', 'other.ts'],
      'text of the script (hash)': ['abababababab', 'cdcdcdcdcdcd'],
      commit: ['0123456789ab', '–'],
      arguments: ['--epochs 2', '--epochs 3 "a b"'],
      seed: ['7', 'none'],
      backend: ['wasm', 'cpu'],
      'backend asked for': ['auto', 'cpu'],
      tfjs: ['4.22.0', '4.21.0'],
      'loss weight of dwell, from the first step to the last': ['1', '0.5 to 0.25'],
      optimizer: ['Adam', 'SGD'],
      'learning rate': ['0.001', '0.01'],
      observed: ['every 10th step', 'every step'],
      'training steps': ['40', '2'],
      state: ['finished', 'cancelled'],
    });
    expect(chance).toMatch(/^No seed is recorded for B\. One run each cannot tell a change from chance/);
    expect(compare([header], [{ ...header, seed: 8 }]).chance).toMatch(/^The seeds differ\./);
  });

  it('is told per variable group where a run treats its own differently', () => {
    const two: GraphLine = {
      ...graph,
      objectives: [
        { ...graph.objectives[0]!, id: 'a', optimizer: { name: 'Adam', learningRate: 0.001 } },
        { ...graph.objectives[0]!, id: 'b', optimizer: { name: 'Adam', learningRate: 0.0010004 } },
      ],
    };
    const moves = (n: number, objective: string, ...groups: string[]): StepLine =>
      step(n, { objective, groups: Object.fromEntries(groups.map((id) => [id, measure(['click'], [1], [1])])) });
    const lines = [header, two, moves(1, 'a', 'shared(click+dwell)', 'tower(dwell)'), moves(2, 'b', 'tower(click)')];
    const rates = compare([header, graph, step(1)], lines).differences.filter(({ what }) => what.includes('rate'));
    // Four digits would hide this difference.
    expect(rates).toEqual([{ what: 'learning rate of click tower', values: ['0.001', '0.0010004'] }]);
  });

  it('is a part of the model, too', () => {
    const wide = {
      ...graph,
      groups: graph.groups.map((each) => (each.kind === 'shared' ? { ...each, size: 1200 } : each)),
    };
    const { differences } = compare([header, graph], [header, wide], [header, { ...graph, groups: [] }]);
    expect(differences[0]).toEqual({
      what: 'size of shared',
      values: ['40 weights', '1,200 weights', 'no such group'],
    });
    // A run whose graph is not known yet differs in nothing that a graph would say.
    const begun = compare([header, graph, step(1)], [header]);
    expect(begun.differences).toEqual([{ what: 'training steps', values: ['1', '0'] }]);
  });

  it('is a cut that one has and another lacks, wherever its line went', () => {
    const moved = { ...detach, id: 'c9', position: { ...detach.position!, line: 99 } };
    const cut = (...cuts: GraphLine['cuts']): RecordLine[] => [header, { ...graph, cuts }];
    expect(compare(cut(detach, stop), cut(stop, moved)).cuts).toEqual([]);
    expect(compare(cut(detach), cut(stop)).cuts).toEqual([
      { what: 'dataSync keeps dwell out of shared', declared: false, cuts: [detach, null] },
      { what: 'stopGradient keeps dwell out of click tower', declared: true, cuts: [null, stop] },
    ]);
    // Twice the same cut is more than once.
    expect(compare(cut(detach), cut(detach, moved)).cuts.map(({ cuts }) => cuts)).toEqual([[null, moved]]);
    expect(compare(cut(detach), [header]).cuts).toEqual([]);
  });
});
