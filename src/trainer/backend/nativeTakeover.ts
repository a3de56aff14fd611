import type * as Tf from '@tensorflow/tfjs';
import type { BackendLine } from '../../core/run/record.ts';
import { formatCount } from '../../core/report/format.ts';
import { engineInternals, type EngineInternals } from '../observe/tape/engineInternals.ts';
import { NATIVE_FROM } from './autoOrder.ts';
import type { BackendDecision, ModuleSource } from './decision.ts';
import { ForwardCount } from './forwardCount.ts';
import { NATIVE_BACKEND, NATIVE_PACKAGE, useNativeBackend } from './nativeBackend.ts';
import { takeComplexTensors } from './nativeComplex.ts';

/** Whether a run that has begun like this may go on with tfjs-node. */
export function mayBeTakenOver({ asked, name }: BackendDecision): boolean {
  return asked === 'auto' && name === 'wasm';
}

export interface TakeoverTools {
  readonly tf: typeof Tf;
  readonly modules: ModuleSource;
  /** Whether there is a tfjs-node that could be loaded. */
  readonly hasNative: boolean;
  append(line: BackendLine): void;
}

/**
 * Under `auto`, a run begins on wasm, and tfjs-node is not loaded: that takes a second. It takes over where the script imports
 * it, and where the first step shows a large model (autoOrder.ts); tfjs moves each tensor when an op first reads it. A script that
 * sets a backend itself keeps it.
 */
export class NativeTakeover {
  private readonly engine: EngineInternals;
  private readonly forward: ForwardCount;
  private steps = 0;
  private now = 'wasm';
  private isSettled = false;

  constructor(private readonly tools: TakeoverTools) {
    this.engine = engineInternals(tools.tf);
    this.forward = new ForwardCount(this.engine);
    this.settleWhereItIsSet();
  }

  /** The backend that trains, as far as the record says. */
  get name(): string {
    return this.now;
  }

  /**
   * Call it when a training step begins: before the second one, the backend is decided.
   * @returns the function that the step is to differentiate in the place of `f`
   */
  beforeStep(step: number, f: () => Tf.Tensor): () => Tf.Tensor {
    this.steps = step;
    if (step === 1) {
      return this.isSettled ? f : this.forward.around(f);
    }
    if (step === 2) {
      this.decide();
    }
    return f;
  }

  /** The script imports tfjs-node. @returns the package, where it works and trains from now on */
  imported(): unknown {
    const native = this.takeOver();
    const why = 'from' in native ? native.from : native.sentence;
    this.note(this.steps + 1, `The script imports ${NATIVE_PACKAGE}: ${why}.`);
    return 'from' in native ? native.module : null;
  }

  private decide(): void {
    const { total } = this.forward;
    if (this.isSettled || total < NATIVE_FROM || !this.tools.hasNative) {
      return;
    }
    this.tools.modules.quietNative?.();
    const native = this.takeOver();
    const millions = formatCount(Math.round(total / 1e6));
    const [would, why] = 'from' in native ? ['is', native.from] : ['would be', native.sentence];
    this.note(
      2,
      `A step of this model makes ${millions} million multiply-adds, with which tfjs-node ${would} faster: ${why}.`,
    );
  }

  private takeOver(): ReturnType<typeof useNativeBackend> {
    const { tf, modules } = this.tools;
    const before = tf.getBackend();
    const native = useNativeBackend(tf, modules);
    if ('from' in native) {
      this.now = NATIVE_BACKEND;
      takeComplexTensors(tf.backend());
    } else {
      // It runs already, so that it is in force again at once.
      void tf.setBackend(before);
    }
    this.isSettled = true;
    return native;
  }

  private note(step: number, reason: string): void {
    this.tools.append({ type: 'backend', step, name: this.tools.tf.getBackend(), reason });
  }

  private settleWhereItIsSet(): void {
    const { engine } = this;
    const original = engine.setBackend.bind(engine);
    engine.setBackend = (name) => {
      Reflect.deleteProperty(engine, 'setBackend');
      this.isSettled = true;
      return original(name);
    };
  }
}
