import type * as Tf from '@tensorflow/tfjs';
import { findKernel, type KernelParams, type TensorStore } from '../kernels.ts';

/**
 * Einsum on wasm, as transpositions, one product of matrices and sums by the backend's own kernels. Equations that are
 * not plain (a letter twice in one operand, a letter of the result that no operand has), and integers, go to the
 * earlier kernel, which also refuses those that are wrong. Of two operands, cpu adds up over a letter of only one of them
 * wrongly or not at all; here that is right.
 */
export function fastEinsum(tf: typeof Tf, earlier: Tf.KernelFunc): Tf.KernelFunc {
  return (params: KernelParams) => {
    const operands = Object.values(params.inputs) as Tf.TensorInfo[];
    const { equation } = params.attrs as unknown as Tf.EinsumAttrs;
    const terms = parse(equation, operands);
    if (terms === null || operands.some(({ dtype }) => dtype !== 'float32')) {
      return earlier(params);
    }
    return contract(tf, params.backend, terms.inputs, operands, terms.output);
  };
}

/** The letters of every operand and of the result; null where the equation is not plain. */
function parse(equation: string, operands: readonly Tf.TensorInfo[]): { inputs: string[]; output: string } | null {
  const [left, output, ...more] = equation.replace(/\s/g, '').split('->');
  if (left === undefined || output === undefined || more.length > 0) {
    return null;
  }
  const inputs = left.split(',');
  const sizes = new Map<string, number>();
  const fit = inputs.every((letters, i) => {
    const shape = operands[i]?.shape ?? [];
    return (
      isPlain(letters) &&
      letters.length === shape.length &&
      Array.from(letters).every((letter, axis) => {
        const size = sizes.get(letter) ?? shape[axis];
        sizes.set(letter, size ?? 0);
        return size === shape[axis];
      })
    );
  });
  const areKnown = isPlain(output) && Array.from(output).every((letter) => sizes.has(letter));
  const isCounted = inputs.length === operands.length && inputs.length <= 2;
  return fit && areKnown && isCounted ? { inputs, output } : null;
}

function isPlain(letters: string): boolean {
  return /^[A-Za-z]*$/.test(letters) && new Set(letters).size === letters.length;
}

function contract(
  tf: typeof Tf,
  backend: object,
  inputs: readonly string[],
  operands: readonly Tf.TensorInfo[],
  output: string,
): Tf.TensorInfo {
  const temporary: Tf.TensorInfo[] = [];
  let kept: Tf.TensorInfo | null = null;
  const run = (kernelName: string, kernelInputs: Tf.NamedTensorInfoMap, attrs: object): Tf.TensorInfo => {
    const kernel = findKernel(tf, kernelName, 'wasm');
    const result = kernel?.kernelFunc({ inputs: kernelInputs, attrs: attrs as Tf.NamedAttrMap, backend });
    if (result === undefined) {
      throw new Error(`The wasm backend has no kernel ${kernelName}, which Einsum is made of.`);
    }
    temporary.push(result as Tf.TensorInfo);
    return result as Tf.TensorInfo;
  };
  const ordered = (x: Tf.TensorInfo, letters: string, wanted: string) =>
    letters === wanted
      ? x
      : run('Transpose', { x }, { perm: Array.from(wanted).map((letter) => letters.indexOf(letter)) });
  const shaped = (x: Tf.TensorInfo, shape: number[]) => run('Reshape', { x }, { shape });
  /** Adds up over the letters that `needed` has not; the others keep their order. */
  const reduced = (x: Tf.TensorInfo, letters: string, needed: string): { x: Tf.TensorInfo; letters: string } => {
    const kept = Array.from(letters)
      .filter((letter) => needed.includes(letter))
      .join('');
    const axis = Array.from(letters).flatMap((letter, i) => (needed.includes(letter) ? [] : [i]));
    return { x: axis.length === 0 ? x : run('Sum', { x }, { axis, keepDims: false }), letters: kept };
  };
  try {
    const [lettersA = '', lettersB = ''] = inputs;
    const [first, second] = operands as [Tf.TensorInfo, Tf.TensorInfo | undefined];
    const a = reduced(first, lettersA, lettersB + output);
    let result: Tf.TensorInfo;
    if (second === undefined) {
      result = ordered(a.x, a.letters, output);
    } else {
      const b = reduced(second, lettersB, lettersA + output);
      const shared = Array.from(a.letters).filter((letter) => b.letters.includes(letter));
      const batch = shared.filter((letter) => output.includes(letter)).join('');
      const inner = shared.filter((letter) => !output.includes(letter)).join('');
      const rows = Array.from(a.letters)
        .filter((letter) => !shared.includes(letter))
        .join('');
      const columns = Array.from(b.letters)
        .filter((letter) => !shared.includes(letter))
        .join('');
      const size = (letters: string) =>
        Array.from(letters).reduce((product, letter) => {
          const inA = a.letters.indexOf(letter);
          return product * ((inA >= 0 ? a.x.shape[inA] : b.x.shape[b.letters.indexOf(letter)]) ?? 1);
        }, 1);
      const left = shaped(ordered(a.x, a.letters, batch + rows + inner), [size(batch), size(rows), size(inner)]);
      const right = shaped(ordered(b.x, b.letters, batch + inner + columns), [size(batch), size(inner), size(columns)]);
      const product = run('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false });
      const letters = batch + rows + columns;
      result = ordered(shaped(product, Array.from(letters).map(size)), letters, output);
    }
    // An operand that is its own result must not be the same data twice.
    kept = operands.includes(result) ? run('Identity', { x: result }, {}) : result;
    return kept;
  } finally {
    for (const info of temporary) {
      if (info !== kept) {
        (backend as TensorStore).disposeData(info.dataId);
      }
    }
  }
}
