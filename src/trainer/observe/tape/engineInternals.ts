import type * as Tf from '@tensorflow/tfjs';

/**
 * The parts of tfjs's engine that observation stands on. They are not in its public types, and have been the same
 * from tfjs 4.0 to 4.22.
 */
export interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tf.Tensor>>;
  readonly outputs: readonly Tf.Tensor[];
  readonly saved: readonly Tf.Tensor[];
  /** Absent where tfjs has no gradient for the kernel. */
  readonly gradient?: (dys: (Tf.Tensor | null)[]) => Record<string, () => Tf.Tensor>;
}

export interface GradientsResult {
  readonly value: Tf.Tensor;
  readonly grads: readonly (Tf.Tensor | undefined)[];
}

/** What a tidy will dispose of. */
export interface Scope {
  readonly id: number;
  readonly name?: string;
  readonly track: readonly Tf.Tensor[];
}

export interface EngineInternals {
  readonly state: {
    activeTape: TapeNode[] | null;
    gradientDepth: number;
    kernelDepth: number;
    readonly numTensors: number;
    /** The innermost tidy; ops have one of their own, with their name. */
    activeScope?: Scope | null;
    readonly scopeStack: Scope[];
    readonly registeredVariables: Readonly<Record<string, Tf.Variable>>;
  };
  readonly backend: { incRef(dataId: object): void };
  gradients(
    f: () => Tf.Tensor,
    xs: readonly Tf.Tensor[],
    dy?: Tf.Tensor | null,
    allowNoGradients?: boolean,
  ): GradientsResult;
  addTapeNode(
    kernelName: string,
    inputs: Record<string, Tf.Tensor>,
    outputs: Tf.Tensor[],
    gradientsFunc: unknown,
    saved: Tf.Tensor[],
    attrs: unknown,
  ): void;
  /** tfjs-node takes typed arrays alone. */
  makeTensor(values: Float32Array, shape: number[], dtype: string, backend?: unknown): Tf.Tensor;
  trackTensor(tensor: Tf.Tensor, backend: unknown): void;
  makeVariable(initialValue: Tf.Tensor, trainable?: boolean, name?: string, dtype?: string): Tf.Variable;
  makeTensorFromTensorInfo(info: { dataId: object; shape: readonly number[]; dtype: string }): Tf.Tensor;
  readSync(dataId: object): ArrayLike<number>;
  read(dataId: object): Promise<ArrayLike<number>>;
  keep<T extends Tf.Tensor>(tensor: T): T;
  runKernel(name: string, inputs: Record<string, Tf.Tensor>, attrs?: unknown): Tf.Tensor;
  setBackend(name: string): Promise<boolean>;
  startTape(): void;
  endTape(): void;
  startScope(name?: string): void;
  endScope(result?: unknown): void;
  track(tensor: Tf.Tensor): Tf.Tensor;
  scopedRun<T>(start: () => void, end: () => void, f: () => T): T;
  tidy<T>(nameOrFn: string | (() => T), fn?: () => T): T;
}

/** The one engine that every copy of tfjs in this process shares. */
export function engineInternals(tf: typeof Tf): EngineInternals {
  return tf.engine() as unknown as EngineInternals;
}

/** A float32 tensor, or whatever else has its numbers. */
export interface Numbers {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
}

/** Duck-typed as well: what a script's loss or gradient function returns may be anything. */
export function isTensor(value: unknown): value is Tf.Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'shape' in value;
}

/** Variables are tensors with a name that can be assigned to; duck-typed, since scripts may bring a copy of tfjs-core. */
export function isVariable(tensor: Tf.Tensor): tensor is Tf.Variable {
  return 'assign' in tensor && 'trainable' in tensor;
}

/** Another tensor with the same numbers, which no tidy disposes of; to be disposed of by whoever holds it. */
export function holdData(engine: EngineInternals, { dataId, shape, dtype }: Tf.Tensor): Tf.Tensor {
  engine.backend.incRef(dataId);
  return engine.keep(engine.makeTensorFromTensorInfo({ dataId, shape, dtype }));
}

/** A tensor's numbers. Kernels never write to them again: they may be kept, and must not be changed. */
export function floatsOf(engine: EngineInternals, tensor: { readonly dataId: object }): Float32Array {
  const values = engine.readSync(tensor.dataId);
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

/** Sum of squares, in double precision. */
export function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    sum += value * value;
  }
  return sum;
}

/** True where every element is exactly 0. */
export function isZero(values: Float32Array): boolean {
  for (let k = 0; k < values.length; k++) {
    if (values[k] !== 0) {
      return false;
    }
  }
  return true;
}
