import type * as Tf from '@tensorflow/tfjs';
import { isTensor, type EngineInternals, type Scope } from './engineInternals.ts';

/**
 * A tidy around what returns one tensor, as gradient functions do: what it makes beside is disposed of, and the tensor belongs to
 * the tidy around it. `engine.tidy` does the same and looks for tensors in lists and objects, too, which is felt at a hundred gradients
 * a step.
 * @throws What `make` throws; nothing is left behind then.
 */
export function tidyOne(engine: EngineInternals, make: () => Tf.Tensor): Tf.Tensor {
  engine.startScope('gradient');
  const scope = engine.state.activeScope;
  let result: Tf.Tensor | undefined;
  try {
    result = make();
  } finally {
    if (scope == null || !isTensor(result)) {
      // It threw, or its script returned what is none.
      engine.endScope(result);
    } else {
      leave(engine, scope, result);
    }
  }
  return result;
}

function leave(engine: EngineInternals, scope: Scope, result: Tf.Tensor): void {
  const { state } = engine;
  for (const tensor of scope.track) {
    if (tensor !== result && !tensor.kept) {
      tensor.dispose();
    }
  }
  state.scopeStack.pop();
  state.activeScope = state.scopeStack.at(-1) ?? null;
  if (!result.kept && result.scopeId === scope.id) {
    engine.track(result);
  }
}
