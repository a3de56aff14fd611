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

/** The hooks stay for as long as training is observed: to put them in and out at every step would make tfjs itself slow. */
export function installForwardTracer(engine: EngineInternals, layers: LayerScope): ForwardTracer {
  let listener: RunningForward | null = null;
  const restores: (() => void)[] = [];
  let seesBuilt = false;
  /** Tensors are made by the hundred in a step: they are looked at once a script was seen to read one while it computes a loss. */
  const seeBuilt = (): void => {
    if (!seesBuilt) {
      seesBuilt = true;
      restores.push(
        replaceMethods(engine, {
          makeTensor: (original) => (values, shape, dtype, backend) => {
            const tensor = original(values, shape, dtype, backend);
            listener?.made(tensor, values);
            return tensor;
          },
        }),
      );
    }
  };
  const hooks = replaceMethods(engine, {
    addTapeNode: (original) => (kernelName, inputs, outputs, gradientsFunc, saved, attrs) => {
      original(kernelName, inputs, outputs, gradientsFunc, saved, attrs);
      listener?.node(kernelName, inputs, outputs, gradientsFunc);
    },
    readSync: (original) => (dataId) => {
      const values = original(dataId);
      if (listener?.read(dataId, values) === true) {
        seeBuilt();
      }
      return values;
    },
    read: (original) => (dataId) => {
      if (listener?.read(dataId, null) === true) {
        seeBuilt();
      }
      return original(dataId);
    },
    makeVariable: (original) => (initialValue, trainable, name, dtype) => {
      const variable = original(initialValue, trainable, name, dtype);
      listener?.variable(initialValue, variable);
      return variable;
    },
  });
  restores.push(hooks);
  return {
    start: (captureStacks, onNode) => {
      const running = new RunningForward(engine, layers, captureStacks, onNode, () => {
        if (listener === running) {
          listener = null;
        }
      });
      listener = running;
      return running;
    },
    uninstall: () => restores.toReversed().forEach((restore) => restore()),
  };
}

/**
 * What is noted while one loss function runs. There is one for each training step: it is one object, since a closure for
 * each thing that may be noted would be felt.
 */
class RunningForward implements RunningTrace, ForwardTrace, TraceTarget {
  readonly origins: NodeOrigin[] = [];
  declared: readonly AnnouncedTask[] | null = null;
  clipNorm: number | undefined = undefined;
  private readonly direct: OffTapeCopy[] = [];
  private readonly reads: TensorRead[] = [];
  private readonly built: BuiltTensor[] = [];
  private readonly held: Tf.Tensor[] = [];
  /** Of the tensor with the same values in `held`. */
  private readonly heldFor: number[] = [];

  constructor(
    private readonly engine: EngineInternals,
    private readonly layers: LayerScope,
    private readonly captureStacks: boolean,
    private readonly onNode: OnNode | undefined,
    readonly end: () => void,
  ) {}

  get trace(): ForwardTrace {
    return this;
  }

  get target(): TraceTarget {
    return this;
  }

  get beside(): Beside {
    return { stops: this.direct.length, reads: this.reads.length, built: this.built.length };
  }

  copies(): OffTapeCopy[] {
    const detached = copiesOf(this.reads, this.built).map((copy) => ({ ...copy, kind: 'detach' as const }));
    return [...this.direct, ...detached].sort((a, b) => a.at - b.at);
  }

  aliveOf(tensor: Tf.Tensor): Tf.Tensor | null {
    return tensor.isDisposed ? (this.held[this.heldFor.indexOf(tensor.id)] ?? null) : tensor;
  }

  dispose(): void {
    for (const tensor of this.held.splice(0)) {
      tensor.dispose();
    }
    this.heldFor.length = 0;
  }

  stopped(input: AnnouncedTensor, output: AnnouncedTensor): void {
    this.noteCopy('stopGradient', 'stopGradient', input.id, output.id);
  }

  tasks(tasks: readonly AnnouncedTask[], clipNorm?: number): void {
    this.declared = tasks;
    this.clipNorm = clipNorm;
  }

  node(
    kernelName: string,
    inputs: Readonly<Record<string, Tf.Tensor>>,
    outputs: readonly Tf.Tensor[],
    gradientsFunc: unknown,
  ): void {
    const atUserLevel = this.isUserLevel();
    this.origins[this.tapeLength() - 1] = {
      layer: this.layers.current,
      error: atUserLevel ? this.capture() : null,
      custom: atUserLevel && typeof gradientsFunc === 'function' && !kernelName.endsWith('__op'),
      castTo: kernelName === 'Cast' ? (outputs[0]?.dtype ?? null) : null,
    };
    if (!atUserLevel) {
      return;
    }
    for (const output of outputs) {
      if (output.rank === 0 && output.dtype === 'float32') {
        this.held.push(holdData(this.engine, output));
        this.heldFor.push(output.id);
      }
    }
    this.onNode?.(kernelName, inputs, outputs);
  }

  /** True for a tensor that the loss function has made. */
  read(dataId: object, values: ArrayLike<number> | null): boolean {
    const tensor = this.isUserLevel() ? madeBy(this.engine.state.activeTape ?? [], dataId) : undefined;
    if (tensor !== undefined) {
      this.reads.push({ tensor, values, layer: this.layers.current, error: this.capture() });
    }
    return tensor !== undefined;
  }

  made(tensor: Tf.Tensor, values: unknown): void {
    if (this.reads.length > 0 && this.isUserLevel()) {
      this.built.push({ tensor, values, at: this.tapeLength(), error: this.capture() });
    }
  }

  variable(initialValue: Tf.Tensor, variable: Tf.Tensor): void {
    if (this.isUserLevel()) {
      this.noteCopy('variable', 'variable', initialValue.id, variable.id);
    }
  }

  private noteCopy(kind: OffTapeCopy['kind'], op: string, from: number, to: number): void {
    this.direct.push({ kind, op, from, to, at: this.tapeLength(), error: this.capture(), layer: this.layers.current });
  }

  private capture(): Error | null {
    return this.captureStacks ? captureStack('op') : null;
  }

  private tapeLength(): number {
    return this.engine.state.activeTape?.length ?? 0;
  }

  private isUserLevel(): boolean {
    const { state } = this.engine;
    return state.gradientDepth === 1 && state.kernelDepth === 0;
  }
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
