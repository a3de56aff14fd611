import type * as Tf from '@tensorflow/tfjs';
import { separate } from './complexValues.ts';
import { findKernel, type KernelParams, type TensorStore } from './kernels.ts';

/** A kernel's inputs: tfjs also passes arrays of tensors (Einsum) and maps that hold arrays (RaggedGather). */
type Inputs = Tf.TensorInfo | null | undefined | readonly Inputs[] | { readonly [name: string]: Inputs };

/**
 * A kernel for the backend it is registered for that does its work on the cpu backend: inputs are copied there, the cpu
 * kernel runs, its outputs are copied back. No data stays behind on the cpu.
 * @throws when the cpu backend has no kernel of that name
 */
export function delegateToCpu(tf: typeof Tf, kernelName: string): Tf.KernelFunc {
  const kernel = findKernel(tf, kernelName, 'cpu');
  if (kernel === undefined) {
    throw new Error(`The cpu backend of tfjs has no kernel ${kernelName} that another backend could delegate to.`);
  }
  return ({ inputs, attrs, backend }: KernelParams) => {
    const home = backend as TensorStore;
    const cpu = cpuBackend(tf);
    const copies: Tf.TensorInfo[] = [];
    const copyIn = (input: Inputs): Inputs => {
      if (input === null || input === undefined) {
        return input;
      }
      if (isTensorInfo(input)) {
        const copy = copyToCpu(tf, input, home, cpu);
        copies.push(copy);
        // Some cpu kernels (Dilation2DBackpropInput) rely on being given tensors, which know their rank.
        return { ...copy, rank: copy.shape.length } as Tf.TensorInfo;
      }
      return isList(input)
        ? input.map(copyIn)
        : Object.fromEntries(Object.entries(input).map(([name, value]) => [name, copyIn(value)]));
    };
    try {
      const outputs = kernel.kernelFunc({
        inputs: copyIn(inputs) as Tf.NamedTensorInfoMap,
        backend: cpu,
        ...(attrs === undefined ? {} : { attrs }),
      });
      return Array.isArray(outputs)
        ? outputs.map((output) => moveHome(output, home, cpu))
        : moveHome(outputs, home, cpu);
    } finally {
      for (const copy of copies) {
        cpu.disposeData(copy.dataId);
      }
    }
  };
}

function cpuBackend(tf: typeof Tf): TensorStore {
  const cpu = tf.engine().findBackend('cpu') as TensorStore & { firstUse?: boolean };
  // Its first use prints the advice to install tfjs-node, for people who train on it. Nobody does here.
  cpu.firstUse = false;
  return cpu;
}

function copyToCpu(tf: typeof Tf, info: Tf.TensorInfo, home: TensorStore, cpu: TensorStore): Tf.TensorInfo {
  const { shape, dtype } = info;
  const values = home.readSync(info.dataId);
  if (dtype !== 'complex64') {
    return { dataId: cpu.write(values, shape, dtype), shape, dtype };
  }
  // On the cpu backend a complex tensor is a pair of real ones, and only its Complex kernel can make such a pair.
  const { real, imag } = separate(values as Float32Array);
  const parts = {
    real: { dataId: cpu.write(real, shape, 'float32'), shape, dtype: 'float32' as const },
    imag: { dataId: cpu.write(imag, shape, 'float32'), shape, dtype: 'float32' as const },
  };
  try {
    return tf.getKernel('Complex', 'cpu').kernelFunc({ inputs: parts, backend: cpu }) as Tf.TensorInfo;
  } finally {
    cpu.disposeData(parts.real.dataId);
    cpu.disposeData(parts.imag.dataId);
  }
}

function moveHome(output: Tf.TensorInfo, home: TensorStore, cpu: TensorStore): Tf.TensorInfo {
  const { shape, dtype } = output;
  try {
    return { dataId: home.write(typed(cpu.readSync(output.dataId), dtype), shape, dtype), shape, dtype };
  } finally {
    cpu.disposeData(output.dataId);
  }
}

/** Some cpu kernels store a plain array of numbers; the other backends copy bytes, so they need the dtype's own array. */
function typed(values: Tf.backend_util.BackendValues, dtype: Tf.DataType): Tf.backend_util.BackendValues {
  if (!Array.isArray(values) || dtype === 'string') {
    return values;
  }
  const numbers = values as unknown as number[];
  switch (dtype) {
    case 'int32':
      return Int32Array.from(numbers);
    case 'bool':
      return Uint8Array.from(numbers);
    default:
      return Float32Array.from(numbers);
  }
}

function isTensorInfo(input: object): input is Tf.TensorInfo {
  return 'dataId' in input;
}

function isList(input: object): input is readonly Inputs[] {
  return Array.isArray(input);
}
