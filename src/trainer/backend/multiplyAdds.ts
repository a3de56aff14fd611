interface Shaped {
  readonly shape: readonly number[];
}

/** An op as it stands on tfjs's tape, without its values. */
export interface TapedOp {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Shaped>>;
  readonly outputs: readonly Shaped[];
  readonly attrs: unknown;
}

/**
 * How many products of two numbers an op adds up: the work of matrix products and convolutions. 0 for every other op, which has
 * little to do for each of its numbers.
 */
export function multiplyAdds(op: TapedOp): number {
  const [output] = op.outputs;
  return output === undefined ? 0 : (counts[op.kernelName]?.(op, output.shape) ?? 0);
}

type Count = (op: TapedOp, output: readonly number[]) => number;

/** Kernels name their inputs; what an op computes by a gradient function of its own, as fused ones do, has them by number. */
const inputsOf = ({ inputs }: TapedOp, first: string, second: string): readonly [Shaped, Shaped] | null => {
  const [one, two] = [inputs[first] ?? inputs['0'], inputs[second] ?? inputs['1']];
  return one === undefined || two === undefined ? null : [one, two];
};

/** Of as many rows as the output has: what is left of the first matrix is what each number of the output adds up. */
const product: Count = (op, output) => {
  const given = inputsOf(op, 'a', 'b');
  const rows = output.at(-2) ?? 0;
  return given === null || rows === 0 ? 0 : sizeOf(output) * (sizeOf(given[0].shape.slice(-2)) / rows);
};

/** Each number of the output is as many products as a filter has numbers for one output channel. */
const convolution: Count = (op, output) => {
  const filter = inputsOf(op, 'x', 'filter')?.[1].shape ?? [];
  return sizeOf(output) * sizeOf(filter.slice(0, -1), 0);
};

/** A transposed convolution: each number that comes in takes part in as many products. */
const transposedConvolution: Count = (op) => {
  const given = inputsOf(op, 'dy', 'filter');
  return given === null ? 0 : sizeOf(given[0].shape) * sizeOf(given[1].shape.slice(0, -1), 0);
};

/** A channel is convolved by itself: height times width of the filter. */
const depthwise: Count = (op, output) => {
  const filter = inputsOf(op, 'x', 'filter')?.[1].shape ?? [];
  return sizeOf(output) * sizeOf(filter.slice(0, 2), 0);
};

/** Every combination of the letters' values is one product. */
const einsum: Count = ({ inputs, attrs }) => {
  const shapes = Object.values(inputs).map(({ shape }) => shape);
  const equation = typeof attrs === 'object' && attrs !== null && 'equation' in attrs ? String(attrs.equation) : '';
  if (shapes.length < 2) {
    return 0;
  }
  const sizes = new Map<string, number>();
  const terms = equation.replaceAll(/\s/g, '').split('->', 1)[0]?.split(',') ?? [];
  terms.forEach((letters, i) =>
    Array.from(letters).forEach((letter, axis) => sizes.set(letter, shapes[i]?.[axis] ?? 0)),
  );
  return sizeOf([...sizes.values()], 0);
};

const counts: Readonly<Record<string, Count>> = {
  MatMul: product,
  BatchMatMul: product,
  _FusedMatMul: product,
  fusedMatMul__op: product,
  Conv2D: convolution,
  FusedConv2D: convolution,
  fusedConv2d__op: convolution,
  Conv3D: convolution,
  Conv2DBackpropInput: transposedConvolution,
  Conv3DBackpropInputV2: transposedConvolution,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2D: depthwise,
  fusedDepthwiseConv2d__op: depthwise,
  Einsum: einsum,
};

/** @param ofNone What no dimensions at all make: a scalar has one number, a filter that is missing has none. */
function sizeOf(shape: readonly number[], ofNone = 1): number {
  return shape.length === 0 ? ofNone : shape.reduce((size, dimension) => size * dimension, 1);
}
