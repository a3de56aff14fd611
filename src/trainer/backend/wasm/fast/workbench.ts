import type * as Tf from '@tensorflow/tfjs';
import bytes from 'wasm-kernels';
import type { KernelExports } from './kernelExports.ts';

/** A tfjs wasm backend and our own kernels, which work in its memory: no number is copied between them. */
export interface Workbench {
  readonly kernels: KernelExports;
  /** Where a tensor's numbers stand. */
  address(info: { readonly dataId: object }): number;
  /** A new tensor of the backend; its numbers are whatever was there before. */
  output(shape: readonly number[], dtype: Tf.DataType): Tf.TensorInfo;
  /** Fills a tensor with 0. */
  clear(info: Tf.TensorInfo): void;
  /** Numbers of 64 bits that stand at an address; good until the memory grows. */
  doubles(address: number, count: number): Float64Array;
  /** Copies numbers of 32 bits. @param to As many as are wanted */
  copy(address: number, to: Float32Array): void;
  /** Whole numbers of 32 bits; good until the memory grows. */
  integers(address: number, count: number): Uint32Array;
  /** Writes whole numbers of 32 bits, such as addresses. */
  writeIntegers(address: number, values: readonly number[]): void;
  /** Lends working memory for the time of one call. */
  borrow<T>(byteCount: number, use: (address: number) => T): T;
}

/** The parts of tfjs's wasm backend that a workbench stands on. */
interface WasmBackend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm?: Readonly<Record<string, unknown>>;
    _malloc(byteCount: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: Tf.DataType): Tf.TensorInfo;
}

/** The parts of WebAssembly's own interface that are used here: the types of Node know none of its constructors. */
interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer | SharedArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly validate: (bytes: Uint8Array) => boolean;
}

const { Memory, Module, Instance, validate } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
/** So many numbers are copied sooner one by one than by a view of their own; most losses are one. */
const FEW = 16;

const workbenches = new WeakMap<object, Workbench | null>();
let compiled: object | null = null;

/**
 * The workbench of a running wasm backend.
 * @returns null where our kernels cannot share its memory: this processor has no SIMD, the memory belongs to several
 *   threads, or another version of tfjs hides it
 */
export function workbenchOf(backend: object): Workbench | null {
  let workbench = workbenches.get(backend);
  if (workbench === undefined) {
    workbench = createWorkbench(backend as WasmBackend);
    workbenches.set(backend, workbench);
  }
  return workbench;
}

function createWorkbench(backend: WasmBackend): Workbench | null {
  const { wasm } = backend;
  const memory = Object.values(wasm.asm ?? {}).find((value) => value instanceof Memory);
  if (memory?.buffer !== wasm.HEAPU8.buffer || !(memory.buffer instanceof ArrayBuffer) || !validate(bytes)) {
    return null;
  }
  compiled ??= new Module(bytes);
  const { exports } = new Instance(compiled, { env: { memory } });
  const byteCountOf = ({ shape }: Tf.TensorInfo): number => shape.reduce((product, size) => product * size, 4);
  const address = ({ dataId }: { readonly dataId: object }): number => backend.dataIdMap.get(dataId).memoryOffset;
  /** One view for all that is read: to make one for every loss would cost more than to read it. */
  let all = new Float32Array(wasm.HEAPU8.buffer);
  const integers = (start: number, count: number): Uint32Array => new Uint32Array(wasm.HEAPU8.buffer, start, count);
  return {
    kernels: exports as KernelExports,
    address,
    output: (shape, dtype) => backend.makeOutput([...shape], dtype),
    doubles: (start, count) => new Float64Array(wasm.HEAPU8.buffer, start, count),
    copy: (start, to) => {
      if (all.buffer !== wasm.HEAPU8.buffer) {
        all = new Float32Array(wasm.HEAPU8.buffer);
      }
      const from = start >>> 2;
      if (to.length > FEW) {
        to.set(all.subarray(from, from + to.length));
        return;
      }
      for (let k = 0; k < to.length; k++) {
        to[k] = all[from + k] ?? NaN;
      }
    },
    integers,
    writeIntegers: (start, values) => integers(start, values.length).set(values),
    clear: (info) => wasm.HEAPU8.fill(0, address(info), address(info) + byteCountOf(info)),
    borrow: (byteCount, use) => {
      const start = wasm._malloc(byteCount) >>> 0;
      if (start === 0) {
        throw new Error(
          `The wasm backend has no ${Math.ceil(byteCount / 2 ** 20)} MB left to work in. Train with smaller batches, or on another backend.`,
        );
      }
      try {
        return use(start);
      } finally {
        wasm._free(start);
      }
    },
  };
}
