import type * as Tf from '@tensorflow/tfjs';
import { delegateToCpu } from './cpuDelegate.ts';
import { findKernel, repairKernel, type KernelParams } from './kernels.ts';

/** The kernels that the cpu backend has for complex tensors and wasm has for real ones only. */
const complexOnCpuOnly = ['Add', 'Sub', 'Multiply', 'Cast', 'Concat', 'Identity', 'Pack', 'ZerosLike', 'OnesLike'];

/** What is needed of tfjs's wasm backend to read a complex tensor out of its memory. */
interface WasmMemory {
  readonly wasm: { readonly HEAPU8: Uint8Array };
  readonly dataIdMap: {
    get(dataId: object): { readonly memoryOffset: number; readonly dtype: string; readonly shape: number[] };
  };
  readSync(dataId: object, start?: number, end?: number): Tf.backend_util.BackendValues;
}

const readable = new WeakSet();

/**
 * Lets the wasm backend read complex tensors back. It stores them without complaint (8 bytes an element, real and
 * imaginary part side by side), but its own `readSync` knows no complex64.
 * @param backend the running wasm backend
 */
export function readComplexTensors(backend: Tf.KernelBackend): void {
  if (readable.has(backend)) {
    return;
  }
  readable.add(backend);
  const memory = backend as unknown as WasmMemory;
  const readReal = memory.readSync.bind(memory);
  memory.readSync = (dataId, start, end) => {
    const { memoryOffset, dtype, shape } = memory.dataIdMap.get(dataId);
    if (dtype !== 'complex64') {
      return readReal(dataId, start, end);
    }
    const elements = shape.reduce((product, dimension) => product * dimension, 1);
    return new Float32Array(memory.wasm.HEAPU8.slice(memoryOffset, memoryOffset + 8 * elements).buffer);
  };
}

/** Sends complex operands of sums, products, casts and joins to the cpu backend; real ones stay where they are. */
export function sendComplexOperandsToCpu(tf: typeof Tf): void {
  for (const kernelName of complexOnCpuOnly) {
    if (findKernel(tf, kernelName, 'cpu') !== undefined) {
      repairKernel(tf, kernelName, 'complex operands', (stock) => {
        const onCpu = delegateToCpu(tf, kernelName);
        return (params) => (isComplex(params) ? onCpu(params) : stock(params));
      });
    }
  }
}

function isComplex({ inputs, attrs }: KernelParams): boolean {
  return attrs?.['dtype'] === 'complex64' || Object.values(inputs).some((input) => input?.dtype === 'complex64');
}
