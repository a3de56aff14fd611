import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals } from '../../tape/engineInternals.ts';
import type { TracedTape } from '../../tape/observedForward.ts';
import { tensorAt } from '../../tape/tapeFingerprint.ts';
import type { Stages } from './lossPlan.ts';

const readable = new Set(['float32', 'int32', 'bool']);

/** A tensor's numbers, not to be changed; null where it is gone, or holds none. */
export function valuesOf(engine: EngineInternals, tensor: Tf.Tensor | undefined): ArrayLike<number> | null {
  return tensor === undefined || tensor.isDisposed || !readable.has(tensor.dtype)
    ? null
    : engine.readSync(tensor.dataId);
}

/**
 * The first of some tensors that can still be read: an operation's own tidy disposes of what it makes on the way, but gradients keep
 * what they need. Call it while the tape's function runs.
 */
export function firstAlive({ tape, total }: TracedTape, stages: Stages): Tf.Tensor | undefined {
  for (const place of stages) {
    const tensor = tensorAt(place, tape, total);
    if (tensor === undefined) {
      continue;
    }
    if (!tensor.isDisposed) {
      return tensor;
    }
    for (const { saved } of tape) {
      const kept = saved.find(({ dataId, isDisposed }) => dataId === tensor.dataId && !isDisposed);
      if (kept !== undefined) {
        return kept;
      }
    }
  }
  return undefined;
}
