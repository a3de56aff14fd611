import type * as Tf from '@tensorflow/tfjs';
import { isVariable, type EngineInternals, type TapeNode } from './engineInternals.ts';
import { findTerms, type FitContext, type FoundTerms } from '../graph/findTerms.ts';
import { startTrace, type ForwardTrace, type OffTapeCopy, type TraceTarget } from './forwardTrace.ts';
import type { LayerScope } from './layerScope.ts';
import { slotTape, type SlottedTape } from './slottedTape.ts';

/** One loss term of one step. */
export interface TermReading {
  readonly leaves: readonly {
    readonly id: number;
    readonly shape: readonly number[];
    readonly values: ArrayLike<number> | null;
  }[];
  readonly slots: readonly number[];
}

/** A forward pass with the tape on, and what was read off it before tfjs disposed of its tensors. */
export interface ObservedForward {
  readonly total: Tf.Tensor;
  readonly tape: readonly TapeNode[];
  readonly slotted: SlottedTape;
  readonly totalSlot: number;
  readonly copies: readonly OffTapeCopy[];
  readonly trace: ForwardTrace;
  readonly found: FoundTerms;
  readonly tasks: readonly TermReading[];
  readonly regularisers: TermReading | null;
}

/**
 * Runs `f` as tfjs's `gradients` does, with the tape on and inside a tidy, and reads the loss terms at its end, while
 * their tensors are still alive. Dispose of the result's trace when done.
 * @throws What `f` throws; nothing is left behind then.
 */
export function observeForward(
  engine: EngineInternals,
  layers: LayerScope,
  f: () => Tf.Tensor,
  fit: FitContext | null,
  captureStacks: boolean,
  onTrace: (target: TraceTarget | null) => void,
): ObservedForward {
  const tracing = startTrace(engine, layers, captureStacks);
  const { trace, target } = tracing;
  const read: Omit<ObservedForward, 'total' | 'trace'>[] = [];
  onTrace(target);
  try {
    const total = engine.scopedRun(
      () => engine.startTape(),
      () => engine.endTape(),
      () =>
        // Stacks of ops are cut at this name: see forwardFrame.
        engine.tidy('forward', function mtlDebuggerForward() {
          const value = f();
          tracing.end();
          if (isTensor(value)) {
            read.push(readForward(engine, value, trace, fit));
          }
          return value;
        }),
    );
    const [reading] = read;
    if (reading === undefined) {
      throw new Error('The result y returned by f() must be a tensor.');
    }
    return { total, trace, ...reading };
  } catch (error) {
    trace.dispose();
    throw error;
  } finally {
    tracing.end();
    onTrace(null);
  }
}

function readForward(
  engine: EngineInternals,
  total: Tf.Tensor,
  trace: ForwardTrace,
  fit: FitContext | null,
): Omit<ObservedForward, 'total' | 'trace'> {
  const tape = engine.state.activeTape ?? [];
  const copies = trace.copies();
  const slotted = slotTape(tape, copies, total);
  const totalSlot = slotted.slotOf.get(total.id) ?? -1;
  const found = findTerms(slotted, totalSlot, fit, trace.declared);
  const reading = (slots: readonly number[]): TermReading => ({
    slots,
    leaves: slots.flatMap((slot) => {
      const tensor = slotted.tensors[slot];
      return tensor === undefined
        ? []
        : [
            {
              id: tensor.id,
              shape: tensor.shape,
              values: isVariable(tensor) ? engine.readSync(tensor.dataId) : trace.valuesOf(tensor),
            },
          ];
    }),
  });
  return {
    tape,
    slotted,
    totalSlot,
    copies,
    found,
    tasks: found.tasks.map((slot) => reading([slot])),
    regularisers: found.regularisers.length === 0 ? null : reading(found.regularisers),
  };
}

function isTensor(value: unknown): value is Tf.Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'shape' in value;
}
