import type * as Tf from '@tensorflow/tfjs';
import type { AnnouncedTask, AnnouncedTensor } from '../../../core/announcements.ts';
import { holdData, type EngineInternals, type TapeNode } from './engineInternals.ts';
import type { LayerScope, LayerUse } from './layerScope.ts';
import type { OffTapeLink } from './slottedTape.ts';
import type { Beside } from './tapeFingerprint.ts';
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
  /** How much of it there is. */
  readonly beside: Beside;
  /** The tasks that the runtime library declared, or null. */
  readonly declared: readonly AnnouncedTask[] | null;
  /** The global norm that the runtime library will clip the gradient to; undefined where it does not. */
  readonly clipNorm: number | undefined;
  /** A tensor with the values of one on the tape, also of a scalar that a tidy has disposed of; null where they are gone. */
  aliveOf(tensor: Tf.Tensor): Tf.Tensor | null;
  /** Lets go of held tensors. */
  dispose(): void;
}

/** Stacks inside the loss function end at this frame: what called the training step is not where an op stands. */
export const forwardFrame = 'mtlDebuggerForward';

export interface TraceTarget {
  stopped(input: AnnouncedTensor, output: AnnouncedTensor): void;
  tasks(tasks: readonly AnnouncedTask[], clipNorm?: number): void;
}

export interface RunningTrace {
  readonly trace: ForwardTrace;
  readonly target: TraceTarget;
  /** Nothing more is noted. */
  end(): void;
}

/** Traces one loss function after another, with hooks in the engine that only look: what it computes is untouched. */
export interface ForwardTracer {
  /**
   * @param captureStacks Whether the place of every op is noted: dear, and needed once for each graph.
   * @param onNode Called after each op of the script or a layer; not after the copies that ops make of what they keep.
   */
  start(captureStacks: boolean, onNode?: OnNode): RunningTrace;
  uninstall(): void;
}

export type OnNode = (
  kernelName: string,
  inputs: Readonly<Record<string, Tf.Tensor>>,
  outputs: readonly Tf.Tensor[],
) => void;

/** What the hooks tell the trace that runs. */
interface Listener {
  node(
    kernelName: string,
    inputs: Readonly<Record<string, Tf.Tensor>>,
    outputs: readonly Tf.Tensor[],
    gradientsFunc: unknown,
  ): void;
  read(dataId: object, values: ArrayLike<number> | null): void;
  made(tensor: Tf.Tensor, values: unknown): void;
  variable(initialValue: Tf.Tensor, variable: Tf.Tensor): void;
}

/** The hooks stay for as long as training is observed: to put them in and out at every step would make tfjs itself slow. */
export function installForwardTracer(engine: EngineInternals, layers: LayerScope): ForwardTracer {
  let listener: Listener | null = null;
  const restore = replaceMethods(engine, {
    addTapeNode: (original) => (kernelName, inputs, outputs, gradientsFunc, saved, attrs) => {
      original(kernelName, inputs, outputs, gradientsFunc, saved, attrs);
      listener?.node(kernelName, inputs, outputs, gradientsFunc);
    },
    readSync: (original) => (dataId) => {
      const values = original(dataId);
      listener?.read(dataId, values);
      return values;
    },
    read: (original) => (dataId) => {
      listener?.read(dataId, null);
      return original(dataId);
    },
    makeTensor: (original) => (values, shape, dtype, backend) => {
      const tensor = original(values, shape, dtype, backend);
      listener?.made(tensor, values);
      return tensor;
    },
    makeVariable: (original) => (initialValue, trainable, name, dtype) => {
      const variable = original(initialValue, trainable, name, dtype);
      listener?.variable(initialValue, variable);
      return variable;
    },
  });
  return {
    start: (captureStacks, onNode) => {
      const { listener: ours, ...running } = startTrace(engine, layers, captureStacks, onNode);
      listener = ours;
      return {
        ...running,
        end: () => {
          if (listener === ours) {
            listener = null;
          }
        },
      };
    },
    uninstall: restore,
  };
}

function startTrace(
  engine: EngineInternals,
  layers: LayerScope,
  captureStacks: boolean,
  onNode: OnNode | undefined,
): Omit<RunningTrace, 'end'> & { readonly listener: Listener } {
  const origins: NodeOrigin[] = [];
  const direct: OffTapeCopy[] = [];
  const reads: TensorRead[] = [];
  const built: BuiltTensor[] = [];
  const held = new Map<number, Tf.Tensor>();
  let declared: readonly AnnouncedTask[] | null = null;
  let clipNorm: number | undefined;

  const capture = (): Error | null => (captureStacks ? captureStack('op') : null);
  const tapeLength = (): number => engine.state.activeTape?.length ?? 0;
  const userLevel = (): boolean => engine.state.gradientDepth === 1 && engine.state.kernelDepth === 0;
  const noteCopy = (kind: OffTapeCopy['kind'], op: string, from: number, to: number): void => {
    direct.push({ kind, op, from, to, at: tapeLength(), error: capture(), layer: layers.current });
  };

  const trace: ForwardTrace = {
    origins,
    copies: () =>
      [...direct, ...copiesOf(reads, built).map((copy) => ({ ...copy, kind: 'detach' as const }))].sort(
        (a, b) => a.at - b.at,
      ),
    get beside() {
      return { stops: direct.length, reads: reads.length, built: built.length };
    },
    get declared() {
      return declared;
    },
    get clipNorm() {
      return clipNorm;
    },
    aliveOf: (tensor) => (tensor.isDisposed ? (held.get(tensor.id) ?? null) : tensor),
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
      tasks: (tasks, limit) => {
        declared = tasks;
        clipNorm = limit;
      },
    },
    listener: {
      node: (kernelName, inputs, outputs, gradientsFunc) => {
        const atUserLevel = userLevel();
        origins[tapeLength() - 1] = {
          layer: layers.current,
          error: atUserLevel ? capture() : null,
          custom: atUserLevel && typeof gradientsFunc === 'function' && !kernelName.endsWith('__op'),
          castTo: kernelName === 'Cast' ? (outputs[0]?.dtype ?? null) : null,
        };
        for (const output of outputs) {
          if (atUserLevel && output.rank === 0 && output.dtype === 'float32') {
            held.set(output.id, holdData(engine, output));
          }
        }
        if (atUserLevel) {
          onNode?.(kernelName, inputs, outputs);
        }
      },
      read: (dataId, values) => {
        const tensor = userLevel() ? madeBy(engine.state.activeTape ?? [], dataId) : undefined;
        if (tensor !== undefined) {
          reads.push({ tensor, values, layer: layers.current, error: capture() });
        }
      },
      made: (tensor, values) => {
        if (reads.length > 0 && userLevel()) {
          built.push({ tensor, values, at: tapeLength(), error: capture() });
        }
      },
      variable: (initialValue, variable) => {
        if (userLevel()) {
          noteCopy('variable', 'variable', initialValue.id, variable.id);
        }
      },
    },
  };
}

/** The newest tensor of a tape with these numbers. Scripts seldom read one while they compute a loss: a search then is cheaper than a list. */
function madeBy(tape: readonly TapeNode[], dataId: object): number | undefined {
  for (let i = tape.length - 1; i >= 0; i--) {
    const output = tape[i]?.outputs.find((each) => each.dataId === dataId);
    if (output !== undefined) {
      return output.id;
    }
  }
  return undefined;
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
