import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from './configuration.ts';
import { activeTape, withoutTapeLeak, type TapeNode } from './tape.ts';

/** What the function given to `gradients` returns. */
export type Losses = tf.Tensor | readonly tf.Tensor[];
export type LossesWithStops = { readonly losses: Losses; readonly stopGradients: readonly tf.Tensor[] };

export interface GradientsOptions {
  /**
   * Tensors to treat as constants. Those that are computed inside the function are given by a function (called once,
   * after it), or by returning `{ losses, stopGradients }` from it.
   */
  readonly stopGradients?: readonly tf.Tensor[] | (() => readonly tf.Tensor[]);
}

/**
 * The gradient of the sum of all elements of all losses with respect to each variable, as if the tensors in
 * `stopGradients` were constants: TensorFlow's `tf.gradients(ys, xs, stop_gradients=...)`. tfjs has no graph to look
 * into, so the losses are given as the function that computes them.
 *
 * The cut is structural: what lies behind a stopped tensor is not walked, so no 0 · ∞ can arise there. A variable
 * that is itself listed in `stopGradients` still gets its gradient (a stop ends what flows *through* a tensor).
 *
 * @param f computes the losses, of any shape; synchronous. Every tensor in it that is not returned is disposed.
 * @param variables variables, or other tensors made outside `f`.
 * @returns one float32 gradient per variable, of its shape; null where no path leads from it to any loss. Yours to dispose.
 * @throws MtlConfigurationError if a stopped tensor plays no part in `f`.
 *
 * @example
 * let click: tf.Tensor;
 * const [dTrunk, dClick] = gradients(
 *   () => {
 *     click = clickTower(x);
 *     return conversionLoss(click);
 *   },
 *   [trunkKernel, clickKernel],
 *   { stopGradients: () => [click] },
 * );
 */
export function gradients(
  f: () => Losses | LossesWithStops,
  variables: readonly tf.Tensor[],
  options: GradientsOptions = {},
): (tf.Tensor | null)[] {
  if (variables.length === 0) {
    throw new MtlConfigurationError('gradients(f, variables): variables is empty. List at least one variable.');
  }
  let restore = (): void => undefined;
  try {
    const { value, grads } = withoutTapeLeak(() =>
      tf.engine().gradients(
        () => {
          const result = f();
          const { losses, stopGradients } = isWithStops(result) ? result : { losses: result, stopGradients: [] };
          const asked = options.stopGradients ?? [];
          const total = sumOfAll(losses);
          restore = cut([...stopGradients, ...(typeof asked === 'function' ? asked() : asked)], variables);
          return total;
        },
        [...variables],
        undefined,
        true,
      ),
    );
    value.dispose();
    // The engine leaves holes for what was not reached, though its type does not say so.
    return (grads as (tf.Tensor | undefined)[]).map((gradient) => gradient ?? null);
  } finally {
    restore();
  }
}

function isWithStops(result: Losses | LossesWithStops): result is LossesWithStops {
  return 'losses' in result;
}

function sumOfAll(losses: Losses): tf.Scalar {
  const sums = (losses instanceof tf.Tensor ? [losses] : losses).map((loss) => tf.sum<tf.Scalar>(loss));
  const [first, ...others] = sums;
  if (first === undefined) {
    throw new MtlConfigurationError('gradients(f, variables): f returned no losses. Return a tensor or several.');
  }
  return others.reduce((total, sum) => tf.add(total, sum), first);
}

/**
 * Takes from the tape the edges that lead into the stopped tensors, before the engine walks it. Returns a function
 * that puts them back: inside another gradient the tape lives on.
 */
function cut(stopped: readonly tf.Tensor[], variables: readonly tf.Tensor[]): () => void {
  const ids = new Set(stopped.map(({ id }) => id));
  const known = new Set(variables.map(({ id }) => id));
  // Stands for the stopped one of several outputs of an op: no gradient ever arrives at it.
  const nowhere = tf.scalar(0);
  const before: { node: TapeNode; inputs: TapeNode['inputs']; outputs: TapeNode['outputs'] }[] = [];
  for (const node of activeTape()) {
    const { inputs, outputs } = node;
    for (const { id } of [...Object.values(inputs), ...outputs]) {
      known.add(id);
    }
    if (!outputs.some(({ id }) => ids.has(id))) {
      continue;
    }
    before.push({ node, inputs, outputs });
    if (outputs.every(({ id }) => ids.has(id))) {
      node.inputs = {};
    } else {
      node.outputs = outputs.map((output) => (ids.has(output.id) ? nowhere : output));
    }
  }
  const restore = (): void => {
    for (const { node, inputs, outputs } of before) {
      node.inputs = inputs;
      node.outputs = outputs;
    }
  };
  const stranger = stopped.findIndex(({ id }) => !known.has(id));
  if (stranger >= 0) {
    restore();
    throw new MtlConfigurationError(
      `stopGradients[${stranger}] (shape [${String(stopped[stranger]?.shape)}]) plays no part in the function that gradients() differentiates. ` +
        'Give the very tensor that the function computes, not a copy of it or one from an earlier call.',
    );
  }
  return restore;
}
