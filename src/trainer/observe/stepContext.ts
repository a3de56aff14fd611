import type * as Tf from '@tensorflow/tfjs';
import type { Objective, PlanLine } from '../../core/run/record.ts';
import { isVariable, type EngineInternals } from './tape/engineInternals.ts';
import type { MinimizeCall } from './calls/optimizerCalls.ts';
import type { FrameReader } from './graph/positions.ts';
import type { TrainingCall } from './calls/trainingCalls.ts';

/** What a step's lines in the record say of its time. */
export interface StepNumbers {
  /** Counts all training steps of the run, from 1. */
  readonly step: number;
  readonly epoch: number | null;
  /** Milliseconds since the run's start. */
  readonly time: number;
  /** What observation has cost before this step. */
  readonly overhead: number | null;
}

/** True for a variable that optimizers could move: a gradient by anything else is no training step. */
export function isTrained(engine: EngineInternals, x: Tf.Tensor): boolean {
  return isVariable(x) && engine.state.registeredVariables[x.name] === x;
}

const optimizerIds = new WeakMap<object, number>();
let nextOptimizerId = 0;
/** Most steps come from where the one before came from. */
let last: {
  readonly origin: string | (() => Tf.Tensor);
  readonly optimizer: number;
  readonly ids: readonly number[];
  readonly site: string;
} | null = null;

/**
 * Where a step comes from, as far as it can be told before it runs: the model or the function that is minimised, the
 * optimizer, and the variables. One optimizer that alternates between two losses makes two sites.
 */
export function siteOf(
  f: () => Tf.Tensor,
  xs: readonly Tf.Tensor[],
  minimize: MinimizeCall | null,
  model: string | null,
): string {
  let optimizer = 0;
  if (minimize !== null) {
    optimizer = optimizerIds.get(minimize.optimizer) ?? ++nextOptimizerId;
    optimizerIds.set(minimize.optimizer, optimizer);
  }
  const origin = model ?? f;
  if (last?.origin !== origin || last.optimizer !== optimizer || !haveIds(xs, last.ids)) {
    const ids = xs.map(({ id }) => id);
    const site = `${model ?? Function.prototype.toString.call(f)} ${optimizer} ${ids.join()}`;
    last = { origin, optimizer, ids, site };
  }
  return last.site;
}

function haveIds(xs: readonly Tf.Tensor[], ids: readonly number[]): boolean {
  return xs.length === ids.length && xs.every(({ id }, i) => id === ids[i]);
}

export function viaOf(call: TrainingCall | null, minimized: boolean): Objective['via'] {
  return call?.via ?? (minimized ? 'minimize' : 'variableGrads');
}

/** The epoch (1-based) of the step that a call is about to make; null where it cannot be known. */
export function epochOf(call: TrainingCall | null): number | null {
  return call?.stepsPerEpoch == null || call.via === 'trainOnBatch'
    ? null
    : Math.floor(call.steps / call.stepsPerEpoch) + 1;
}

export function describeOptimizer({ optimizer, className }: MinimizeCall): Objective['optimizer'] {
  const { learningRate } = optimizer as { learningRate?: unknown };
  return { name: className, learningRate: typeof learningRate === 'number' ? learningRate : null };
}

export function planLine(step: number, call: TrainingCall, reader: FrameReader): PlanLine {
  const { via, model, epochs, stepsPerEpoch, error } = call;
  return { type: 'plan', step, call: via, model, epochs, stepsPerEpoch, position: reader.framesOf(error)[0] ?? null };
}
