/**
 * How the runtime library tells a debugger, if one watches, what only it knows: which tensors are which task's loss,
 * and which cuts were meant. Without a debugger nothing is there to tell and nothing is spent.
 */

/** As much of a tensor as an observer needs. */
export interface AnnouncedTensor {
  readonly id: number;
  readonly dataId: object;
  readonly shape: readonly number[];
}

export interface AnnouncedTask {
  readonly name: string;
  /** The task's loss, unweighted: the tensor on the tape from which the total is built. */
  readonly loss: AnnouncedTensor;
}

export interface TrainingObserver {
  /** `output` carries `input`'s data off the tape because the user wrote stopGradient. */
  stopped(input: AnnouncedTensor, output: AnnouncedTensor): void;
  /**
   * Called inside the differentiated function, once per step, before it returns.
   * @param clipNorm The global norm that the gradient will be clipped to before the update; absent where it is not.
   */
  tasks(tasks: readonly AnnouncedTask[], clipNorm?: number): void;
  /** A call that trains begins; `stepsPerEpoch` is null where it cannot be known. */
  plan(plan: { call: string; model: string; epochs: number; stepsPerEpoch: number | null }): void;
  /** The epoch (1-based) that the next steps belong to. */
  epoch(epoch: number): void;
  /** Per-task losses and metrics on the validation data after an epoch. */
  validation(epoch: number, tasks: Readonly<Record<string, Readonly<Record<string, number>>>>): void;
}

const key = Symbol.for('mtl-debugger.observer');
const place = globalThis as { [key]?: TrainingObserver };

/** The debugger that watches this process, if any. */
export function trainingObserver(): TrainingObserver | undefined {
  return place[key];
}

/** Called by the trainer. Returns a function that takes the observer away again. */
export function installTrainingObserver(observer: TrainingObserver): () => void {
  place[key] = observer;
  return () => {
    if (place[key] === observer) {
      Reflect.deleteProperty(place, key);
    }
  };
}
