import type * as Tf from '@tensorflow/tfjs';
import { isTensor, type EngineInternals, type TapeNode } from './engineInternals.ts';
import { reductionsOf } from '../measure/backendReductions.ts';
import { Scratch } from '../measure/scratch.ts';
import { findTerms, type FitContext, type FoundTerms } from '../graph/findTerms.ts';
import type { ForwardTrace, OffTapeCopy, RunningTrace, TraceTarget } from './forwardTrace.ts';
import { slotTape, type SlottedTape } from './slottedTape.ts';
import { placesOf, tensorAt, type TensorPlace } from './tapeFingerprint.ts';

/** One loss term of one step. */
export interface TermReading {
  readonly leaves: readonly {
    readonly id: number;
    readonly shape: readonly number[];
    readonly values: ArrayLike<number> | null;
  }[];
}

/** Where the losses of a tape stand. */
export interface LossPlaces {
  readonly found: FoundTerms;
  readonly tasks: readonly TensorPlace[];
  readonly regularisers: readonly TensorPlace[];
}

/** The tape of a forward pass, and what was seen beside it. */
export class TracedTape {
  private slots: SlottedTape | null = null;
  private links: readonly OffTapeCopy[] | null = null;

  constructor(
    readonly tape: readonly TapeNode[],
    readonly total: Tf.Tensor,
    readonly trace: ForwardTrace,
  ) {}

  get copies(): readonly OffTapeCopy[] {
    this.links ??= this.trace.copies();
    return this.links;
  }

  /** Numbered in order of appearance: dear, and needed only where the structure is read. */
  get slotted(): SlottedTape {
    this.slots ??= slotTape(this.tape, this.copies, this.total);
    return this.slots;
  }

  get totalSlot(): number {
    return this.slotted.slotOf.get(this.total.id) ?? -1;
  }
}

/** Where the losses stand on a tape that was not seen before. */
export function locateLosses(traced: TracedTape, fit: FitContext | null): LossPlaces {
  const { slotted, tape, total, trace } = traced;
  const found = findTerms(slotted, traced.totalSlot, fit, trace.declared);
  const places = placesOf(tape, total);
  const placed = (slots: readonly number[]): TensorPlace[] =>
    slots.map((slot) => places.get(slotted.tensors[slot]?.id ?? -1) ?? 'total');
  return { found, tasks: placed(found.tasks), regularisers: placed(found.regularisers) };
}

/** A forward pass that was observed. */
export interface ForwardReadings {
  readonly traced: TracedTape;
  readonly losses: LossPlaces;
  /** Per task. */
  readonly tasks: readonly TermReading[];
  readonly regularisers: TermReading | null;
  /** The minimised value. */
  readonly totalValue: number;
}

/** What was read at its end, and what that took. */
export interface ObservedForward extends ForwardReadings {
  /** How long it took to find and read the losses, in milliseconds. */
  readonly readingTime: number;
}

/**
 * Runs `f` as tfjs's `gradients` does, with the tape on and inside a tidy, and reads the losses at its end, while their tensors
 * are still alive. Dispose of the result's trace when done.
 * @param locate Where the losses stand.
 * @param onRead Called while everything that `f` made, and no tidy of its own disposed of, is alive.
 * @param scratch Where what is read of them is kept: theirs until it is reset.
 * @throws What `f` throws; nothing is left behind then.
 */
export function observeForward(
  engine: EngineInternals,
  running: RunningTrace,
  f: () => Tf.Tensor,
  locate: (traced: TracedTape) => LossPlaces,
  onTrace: (target: TraceTarget | null) => void,
  scratch = new Scratch(),
  onRead: (forward: ForwardReadings) => void = () => undefined,
): ObservedForward {
  const { trace } = running;
  const read: ObservedForward[] = [];
  onTrace(running.target);
  try {
    engine.scopedRun(
      () => engine.startTape(),
      () => engine.endTape(),
      () =>
        // Stacks of ops are cut at this name: see forwardFrame.
        engine.tidy('forward', function mtlDebuggerForward() {
          const value = f();
          running.end();
          if (isTensor(value)) {
            const start = performance.now();
            const traced = new TracedTape(engine.state.activeTape ?? [], value, trace);
            const forward = readLosses(engine, traced, locate(traced), scratch);
            onRead(forward);
            read.push({ ...forward, readingTime: performance.now() - start });
          }
          return value;
        }),
    );
    const [forward] = read;
    if (forward === undefined) {
      throw new Error('The result y returned by f() must be a tensor.');
    }
    return forward;
  } catch (error) {
    trace.dispose();
    throw error;
  } finally {
    running.end();
    onTrace(null);
  }
}

function readLosses(
  engine: EngineInternals,
  traced: TracedTape,
  losses: LossPlaces,
  scratch: Scratch,
): ForwardReadings {
  const { tape, total, trace } = traced;
  const reductions = reductionsOf(engine);
  const valuesOf = (tensor: Tf.Tensor): ArrayLike<number> => {
    if (tensor.dtype !== 'float32') {
      return engine.readSync(tensor.dataId);
    }
    const values = scratch.take(tensor.size);
    reductions.read(tensor, values);
    return values;
  };
  const leavesAt = (place: TensorPlace): TermReading['leaves'] => {
    const tensor = tensorAt(place, tape, total);
    if (tensor === undefined) {
      return [];
    }
    const alive = trace.aliveOf(tensor);
    return [{ id: tensor.id, shape: tensor.shape, values: alive === null ? null : valuesOf(alive) }];
  };
  const { tasks, regularisers } = losses;
  return {
    traced,
    losses,
    tasks: tasks.map((place) => ({ leaves: leavesAt(place) })),
    regularisers: regularisers.length === 0 ? null : { leaves: regularisers.flatMap(leavesAt) },
    totalValue: valuesOf(total)[0] ?? NaN,
  };
}
