import type * as Tf from '@tensorflow/tfjs';
import type { AnnouncedTask, AnnouncedTensor } from '../../../core/announcements.ts';
import type { EngineInternals } from './engineInternals.ts';
import type { LayerScope, LayerUse } from './layerScope.ts';
import type { OffTapeLink } from './slottedTape.ts';
import { copiesOf, type BuiltTensor, type TensorRead } from './detachedCopies.ts';
import { captureStack } from './captureStack.ts';

/** What is known of one tape node beside the tape itself. */
export interface NodeOrigin {
  readonly layer: LayerUse | null;
  /** Its stack was captured and not yet formatted; null on steps that do not capture. */
  readonly error: Error | null;
  /** Made by a script's own tf.customGrad. */
  readonly custom: boolean;
  /** The type that a Cast makes. */
  readonly castTo: string | null;
}

export interface OffTapeCopy extends OffTapeLink {
  readonly kind: 'stopGradient' | 'detach' | 'variable';
  /** `stopGradient`, `dataSync`, `data`, `variable`, `assign`. */
  readonly op: string;
  readonly error: Error | null;
  readonly layer: LayerUse | null;
}

/** Everything seen while the loss was computed with the tape on. */
export interface ForwardTrace {
  /** By tape index. */
  readonly origins: readonly NodeOrigin[];
  /** Stop-gradients, detaches and copies, in order. */
  copies(): OffTapeCopy[];
  /** The tasks that the runtime library declared, or null. */
  readonly declared: readonly AnnouncedTask[] | null;
  /** The values of a tensor on the tape, also of a scalar that a tidy has disposed of; null where they are gone. Call after `end`. */
  valuesOf(tensor: Tf.Tensor): ArrayLike<number> | null;
  /** Lets go of held tensors. */
  dispose(): void;
}

/** Stacks inside the loss function end at this frame: what called the training step is not where an op stands. */
export const forwardFrame = 'mtlDebuggerForward';

export interface TraceTarget {
  stopped(input: AnnouncedTensor, output: AnnouncedTensor): void;
  tasks(tasks: readonly AnnouncedTask[]): void;
}

/**
 * Starts to trace: hooks the engine until `end` is called. The hooks only look; what the engine computes is untouched.
 * @param captureStacks Capture a stack per op (dear): on the first step, and when the graph has changed.
 */
export function startTrace(
  engine: EngineInternals,
  layers: LayerScope,
  captureStacks: boolean,
): { trace: ForwardTrace; target: TraceTarget; end(): void } {
  const origins: NodeOrigin[] = [];
  const direct: OffTapeCopy[] = [];
  const reads: TensorRead[] = [];
  const built: BuiltTensor[] = [];
  const held = new Map<number, Tf.Tensor>();
  const outputByData = new WeakMap<object, number>();
  let declared: readonly AnnouncedTask[] | null = null;

  let ended = false;
  const capture = (): Error | null => (captureStacks ? captureStack('op') : null);
  const tapeLength = (): number => engine.state.activeTape?.length ?? 0;
  const userLevel = (): boolean => engine.state.gradientDepth === 1 && engine.state.kernelDepth === 0;

  const hold = (tensor: Tf.Tensor): void => {
    const dataId = tensor.dataId;
    engine.backend.incRef(dataId);
    held.set(
      tensor.id,
      engine.keep(engine.makeTensorFromTensorInfo({ dataId, shape: tensor.shape, dtype: tensor.dtype })),
    );
  };

  const restore = replaceMethods(engine, {
    addTapeNode: (original) => (kernelName, inputs, outputs, gradientsFunc, saved, attrs) => {
      original(kernelName, inputs, outputs, gradientsFunc, saved, attrs);
      const atUserLevel = userLevel();
      origins[tapeLength() - 1] = {
        layer: layers.current,
        error: atUserLevel ? capture() : null,
        custom: atUserLevel && typeof gradientsFunc === 'function' && !kernelName.endsWith('__op'),
        castTo: kernelName === 'Cast' ? (outputs[0]?.dtype ?? null) : null,
      };
      for (const output of outputs) {
        outputByData.set(output.dataId, output.id);
        if (atUserLevel && output.rank === 0 && output.dtype === 'float32') {
          hold(output);
        }
      }
    },
    readSync: (original) => (dataId) => {
      const values = original(dataId);
      noteRead(dataId, values);
      return values;
    },
    read: (original) => (dataId) => {
      noteRead(dataId, null);
      return original(dataId);
    },
    makeTensor: (original) => (values, shape, dtype, backend) => {
      const tensor = original(values, shape, dtype, backend);
      if (reads.length > 0 && userLevel()) {
        built.push({ tensor, values, at: tapeLength(), error: capture() });
      }
      return tensor;
    },
    makeVariable: (original) => (initialValue, trainable, name, dtype) => {
      const variable = original(initialValue, trainable, name, dtype);
      if (userLevel()) {
        noteCopy('variable', 'variable', initialValue.id, variable.id);
      }
      return variable;
    },
  });

  const noteRead = (dataId: object, values: ArrayLike<number> | null): void => {
    const tensor = outputByData.get(dataId);
    if (tensor !== undefined && userLevel()) {
      reads.push({ tensor, values, layer: layers.current, error: capture() });
    }
  };
  const noteCopy = (kind: OffTapeCopy['kind'], op: string, from: number, to: number): void => {
    direct.push({ kind, op, from, to, at: tapeLength(), error: capture(), layer: layers.current });
  };

  const trace: ForwardTrace = {
    origins,
    copies: () =>
      [...direct, ...copiesOf(reads, built).map((copy) => ({ ...copy, kind: 'detach' as const }))].sort(
        (a, b) => a.at - b.at,
      ),
    get declared() {
      return declared;
    },
    valuesOf(tensor) {
      const source = tensor.isDisposed ? held.get(tensor.id) : tensor;
      return source === undefined ? null : engine.readSync(source.dataId);
    },
    dispose: () => {
      for (const tensor of held.values()) {
        tensor.dispose();
      }
      held.clear();
    },
  };
  return {
    trace,
    target: {
      stopped: (input, output) => noteCopy('stopGradient', 'stopGradient', input.id, output.id),
      tasks: (tasks) => (declared = tasks),
    },
    end: () => {
      if (!ended) {
        ended = true;
        restore();
      }
    },
  };
}

type Method = (...args: never[]) => unknown;

/** Replaces methods of the one engine instance; the returned function puts back what was there. */
function replaceMethods(
  engine: EngineInternals,
  replacements: { [Name in keyof EngineInternals]?: (original: EngineInternals[Name]) => EngineInternals[Name] },
): () => void {
  const undo: (() => void)[] = [];
  for (const [name, replace] of Object.entries(replacements)) {
    const own = Object.getOwnPropertyDescriptor(engine, name);
    const original = (Reflect.get(engine, name) as Method).bind(engine);
    Reflect.set(engine, name, (replace as (original: Method) => Method)(original));
    undo.push(() => {
      if (own === undefined) {
        Reflect.deleteProperty(engine, name);
      } else {
        Object.defineProperty(engine, name, own);
      }
    });
  }
  return () => undo.forEach((restore) => restore());
}
