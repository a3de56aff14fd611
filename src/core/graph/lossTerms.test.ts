import { describe, expect, it } from 'vitest';
import { termsAtTop, termsOfFit, type LossTape } from './lossTerms.ts';

/**
 * Writes a tape as lines `out = Kernel in in`. Tensors starting with `v` are variables, with `x` data (10 elements), with
 * `c` constants (1 element); results have as many elements as `sizes` says, else 1.
 */
function tape(lines: readonly string[], sizes: Record<string, number> = {}) {
  const numbers = new Map<string, number>();
  const number = (name: string): number => {
    numbers.set(name, numbers.get(name) ?? numbers.size);
    return numbers.get(name)!;
  };
  const nodes = lines.map((line) => {
    const [out, kernel, ...inputs] = line.replace('=', '').split(/\s+/);
    return { kernel: kernel!, inputs: inputs.map(number), outputs: [number(out!)] };
  });
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const names = [...numbers.keys()];
  const result: LossTape = {
    nodes,
    variables: names.filter((name) => name.startsWith('v')).map((name) => ({ name, tensor: number(name) })),
    sources: names.filter((name) => !name.startsWith('v') && !made.has(number(name))).map(number),
    sizeOf: (tensor) => {
      const name = names[tensor]!;
      return sizes[name] ?? (name.startsWith('x') ? 10 : 1);
    },
  };
  const namesOf = (tensors: readonly number[]): string[] => tensors.map((tensor) => names[tensor]!);
  return {
    result,
    at: (name: string, outputs?: number) => {
      const found =
        outputs === undefined ? termsAtTop(result, number(name)) : termsOfFit(result, number(name), outputs);
      return { tasks: namesOf(found.tasks), regularisers: namesOf(found.regularisers) };
    },
  };
}

const heads = ['h = MatMul x vTrunk', 'pA = MatMul h vA', 'pB = MatMul h vB'];

describe('tasks at the top of the tape', () => {
  it('descends through sums and constant factors', () => {
    const loop = [
      ...heads,
      'A = Mean pA',
      'B = Mean pB',
      'wA = Multiply c1 A',
      'wB = RealDiv B c2',
      'total = Add wA wB',
    ];
    expect(tape(loop).at('total')).toEqual({ tasks: ['A', 'B'], regularisers: [] });
    expect(tape([...heads, 'A = Mean pA', 'B = Mean pB', 'total = AddN A B']).at('total').tasks).toEqual(['A', 'B']);
    expect(tape([...heads, 'A = Mean pA', 'B = Mean pB', 's = Pack A B', 'total = Sum s']).at('total').tasks).toEqual([
      'A',
      'B',
    ]);
  });

  it('uncertainty weighting: exp(-s) is a weight, s is neither task nor penalty', () => {
    const lines = [...heads, 'A = Mean pA', 'n = Neg vS', 'e = Exp n', 'w = Multiply e A', 'total = Add w vS'];
    expect(tape(lines).at('total')).toEqual({ tasks: ['A'], regularisers: [] });
  });

  it('the two halves of a cross-entropy written by hand are one task', () => {
    const sizes = { h: 10, p: 10, l: 10, r: 10, s: 10, both: 10 };
    const lines = [
      'h = MatMul x vTrunk',
      'p = Sigmoid h',
      'l = Log p',
      'r = Multiply xLabel l',
      's = Multiply xOther l',
      'both = Add r s',
    ];
    expect(tape([...lines, 'm = Mean both', 'total = Neg m'], sizes).at('total').tasks).toEqual(['m']);
  });

  it('per-sample losses of different heads that are added before the mean are several tasks', () => {
    const lines = [...heads, 'A = Square pA', 'B = Square pB', 'both = Add A B', 'total = Mean both'];
    expect(tape(lines, { h: 10, pA: 10, pB: 10, A: 10, B: 10, both: 10 }).at('total').tasks).toEqual(['A', 'B']);
  });

  it('a weight penalty is a regulariser, a bias is none', () => {
    const penalty = [
      'h = MatMul x vTrunk',
      'p = Add h vBias',
      'A = Mean p',
      'q = Square vTrunk',
      'r = Sum q',
      'total = Add A r',
    ];
    expect(tape(penalty, { h: 10, p: 10, vTrunk: 6, q: 6 }).at('total')).toEqual({ tasks: ['A'], regularisers: ['r'] });
  });

  it('a sum over the number of samples is a mean, and the loss; a factor on it is a weight', () => {
    const lines = [
      ...heads,
      'sA = Sum pA',
      'A = RealDiv sA c',
      'sB = Sum pB',
      'B = RealDiv sB c',
      'wB = Multiply B c',
      'total = Add A wB',
    ];
    expect(tape(lines).at('total').tasks).toEqual(['A', 'B']);
  });

  it('the uppermost sum of several losses decides: the parts of one of them are its own', () => {
    const sizes = { h: 10, pA: 10, pB: 10, square: 10, spread: 10, parts: 10 };
    const divergence = [
      ...heads,
      'rebuilt = Mean pA',
      'square = Square pA',
      'spread = Exp pB',
      'parts = Add square spread',
      'divergence = Mean parts',
    ];
    const both = [...divergence, 'w = Multiply divergence c1', 'total = Add rebuilt w'];
    expect(tape(both, sizes).at('total').tasks).toEqual(['rebuilt', 'divergence']);
    const turned = [...divergence, 'total = Add divergence rebuilt'];
    expect(tape(turned, sizes).at('total').tasks).toEqual(['rebuilt', 'divergence']);
    const penalised = [...divergence, 'q = Sum vTrunk', 'total = Add divergence q'];
    expect(tape(penalised, sizes).at('total')).toEqual({ tasks: ['square', 'spread'], regularisers: ['q'] });
  });

  it('rows that are weighted before the mean: the losses that are added, or the one that is weighted', () => {
    const sizes = { h: 10, pA: 10, pB: 10, A: 10, B: 10, both: 10, rows: 10 };
    const lines = [
      ...heads,
      'A = Square pA',
      'B = Square pB',
      'both = Add A B',
      'rows = Multiply xW both',
      'm = Mean rows',
    ];
    expect(tape(lines, sizes).at('m').tasks).toEqual(['A', 'B']);
    const one = [...heads, 'A = Square pA', 'rows = Multiply A xW', 'm = Sum rows', 'B = Mean pB', 'total = Add m B'];
    expect(tape(one, sizes).at('total').tasks).toEqual(['m', 'B']);
  });

  it('weights that are variables: one beside each loss, or one vector beside their stack', () => {
    const lines = [...heads, 'A = Mean pA', 'B = Mean pB', 'wA = Multiply vW A', 'total = Add wA B'];
    expect(tape(lines).at('total')).toEqual({ tasks: ['A', 'B'], regularisers: [] });
    const stacked = [...heads, 'A = Mean pA', 'B = Mean pB', 's = Pack A B', 'w = Multiply s vW', 'total = Sum w'];
    expect(tape(stacked, { s: 2, w: 2, vW: 2 }).at('total')).toEqual({ tasks: ['A', 'B'], regularisers: [] });
    const gain = ['h = MatMul x vTrunk', 'g = Multiply h vGain', 'total = Mean g'];
    expect(tape(gain, { h: 10, g: 10, vGain: 10 }).at('total').tasks).toEqual(['total']);
  });

  it('a single loss is one task', () => {
    expect(tape([...heads, 'A = Mean pA']).at('A').tasks).toEqual(['A']);
  });
});

describe('the known top of fit', () => {
  it('splits by outputs even where two losses share a prediction, and peels regularisers', () => {
    const sizes = { h: 10, A: 10, B: 10, C: 10, ab: 10, abc: 10 };
    const lines = [
      'h = MatMul x vTrunk',
      'A = Square h',
      'B = Abs h',
      'C = Relu h',
      'ab = Add A B',
      'abc = Add ab C',
      'mean = Mean abc',
      'q = Sum vTrunk',
      'total = Add mean q',
    ];
    expect(tape(lines, sizes).at('total', 3)).toEqual({ tasks: ['A', 'B', 'C'], regularisers: ['q'] });
  });

  it('one output is one task', () => {
    expect(tape(['h = MatMul x vTrunk', 'A = Square h', 'total = Mean A']).at('total', 1).tasks).toEqual(['A']);
  });
});
