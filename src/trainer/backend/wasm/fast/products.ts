import type * as Tf from '@tensorflow/tfjs';
import { findKernel, type KernelParams, type TensorStore } from '../kernels.ts';
import { workbenchOf, type Workbench } from './workbench.ts';

/** The sizes of a product of batches of matrices, and which matrices of a and b belong to each. */
interface ProductPlan {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** The batch's dimensions, broadcast. */
  readonly batch: readonly number[];
  readonly pairs: readonly (readonly [number, number])[];
}

/** BatchMatMul by our own kernel, which packs transposed matrices as easily as plain ones. */
export function fastBatchMatMul(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const workbench = workbenchOf(params.backend);
    const plan = planOf(tf, params);
    return workbench === null || plan === null ? earlier(params) : multiplyBatches(workbench, plan, params);
  };
}

/** _FusedMatMul: the product, then the bias and the activation by the backend's own kernels where ours has none. */
export function fastFusedMatMul(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const workbench = workbenchOf(params.backend);
    const plan = planOf(tf, params);
    const { bias, preluActivationWeights: alphas } = params.inputs;
    const { activation, leakyreluAlpha } = params.attrs as unknown as Tf._FusedMatMulAttrs;
    const next = activations[activation];
    const isRow = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === plan?.n);
    if (workbench === null || plan === null || next === undefined || !isRow) {
      return earlier(params);
    }
    const product = multiplyBatches(workbench, plan, params);
    const withBias = activation === 'relu' && bias !== undefined;
    if (bias !== undefined) {
      const rows = tf.util.sizeFromShape([...plan.batch, plan.m]);
      const [to, from] = [workbench.address(product), workbench.address(bias)];
      workbench.kernels.finishRows(to, from, rows, plan.n, withBias ? 0 : -Infinity);
    }
    const kernel = next === null || withBias ? undefined : findKernel(tf, next, 'wasm');
    if (kernel === undefined) {
      return product;
    }
    try {
      return kernel.kernelFunc({
        inputs: alphas == null ? { x: product } : { x: product, alpha: alphas },
        attrs: { alpha: leakyreluAlpha ?? 0 },
        backend: params.backend,
      });
    } finally {
      (params.backend as TensorStore).disposeData(product.dataId);
    }
  };
}

/** Which kernel computes an activation; null: none is needed. */
const activations: Readonly<Record<string, string | null>> = {
  linear: null,
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

/** Null where the earlier kernel has to answer: integers, and shapes that do not fit, which it refuses in its own words. */
function planOf(tf: typeof Tf, { inputs, attrs }: KernelParams): ProductPlan | null {
  const { a, b } = inputs as { a: Tf.TensorInfo; b: Tf.TensorInfo };
  const [m, k] = lastTwo(a.shape, attrs?.['transposeA'] === true);
  const [inner, n] = lastTwo(b.shape, attrs?.['transposeB'] === true);
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || k !== inner) {
    return null;
  }
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const count = tf.util.sizeFromShape(batch);
  const pairs = Array.from(
    { length: count },
    (_, i) => [placeOf(i, batch, batchA), placeOf(i, batch, batchB)] as const,
  );
  return { m, n, k, batch, pairs };
}

function lastTwo(shape: readonly number[], isTransposed: boolean): [number, number] {
  const rows = shape.at(-2) ?? 1;
  const columns = shape.at(-1) ?? 1;
  return isTransposed ? [columns, rows] : [rows, columns];
}

/** The place in an operand's own batch of the i-th matrix of the broadcast batch. */
function placeOf(i: number, batch: readonly number[], own: readonly number[]): number {
  let place = 0;
  let step = 1;
  for (let axis = batch.length - 1, of = own.length - 1; of >= 0; axis--, of--) {
    const size = batch[axis] ?? 1;
    const ownSize = own[of] ?? 1;
    place += ownSize === 1 ? 0 : (i % size) * step;
    step *= ownSize;
    i = Math.floor(i / size);
  }
  return place;
}

function multiplyBatches(workbench: Workbench, plan: ProductPlan, { inputs, attrs }: KernelParams): Tf.TensorInfo {
  const { a, b } = inputs as { a: Tf.TensorInfo; b: Tf.TensorInfo };
  const { m, n, k, pairs } = plan;
  const { kernels } = workbench;
  const transposeA = attrs?.['transposeA'] === true;
  const transposeB = attrs?.['transposeB'] === true;
  const product = workbench.output([...plan.batch, m, n], 'float32');
  const [fromA, fromB, to] = [a, b, product].map((info) => workbench.address(info)) as [number, number, number];
  workbench.borrow(kernels.multiplyMemory(m, n, k), (working) => {
    pairs.forEach(([i, j], place) => {
      const [left, right] = [fromA + 4 * i * m * k, fromB + 4 * j * k * n];
      kernels.multiply(left, right, to + 4 * place * m * n, m, n, k, transposeA, transposeB, false, working);
    });
  });
  return product;
}
