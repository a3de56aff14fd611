import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engineInternals, type EngineInternals } from './engineInternals.ts';
import { tidyOne } from './tidyOne.ts';

let engine: EngineInternals;

beforeAll(async () => {
  await tf.setBackend('cpu');
  engine = engineInternals(tf);
});
afterEach(() => tf.disposeVariables());

/** What lives after a function was run in a tidy around it, and after that tidy has ended. */
function alive(
  tidied: (make: () => tf.Tensor) => unknown,
  make: () => tf.Tensor,
): { readonly inside: number; readonly after: number; readonly scopes: number } {
  const before = tf.memory().numTensors;
  let inside = 0;
  tf.tidy(() => {
    try {
      tidied(make);
    } catch (error) {
      expect(error).toEqual(new Error('no gradient'));
    }
    inside = tf.memory().numTensors - before;
  });
  return { inside, after: tf.memory().numTensors - before, scopes: engine.state.scopeStack.length };
}

const older = tf.tensor1d([1, 2, 3]);
const cases: Readonly<Record<string, () => tf.Tensor>> = {
  'a tensor that it made, others beside it': () => tf.add(tf.square(older), tf.sqrt(older)),
  'what is kept beside it': () => {
    kept.push(tf.keep(tf.square(older)));
    return tf.sqrt(older);
  },
  'a tensor that it keeps': () => {
    const made = tf.keep(tf.square(older));
    kept.push(made);
    return made;
  },
  'a tensor from outside': () => {
    tf.square(older);
    return older;
  },
  'no tensor': () => {
    tf.square(older);
    return 3 as unknown as tf.Tensor;
  },
  'tensors in a list, as a script of its own may': () => [tf.square(older)] as unknown as tf.Tensor,
  'nothing: it throws': () => {
    tf.square(older);
    throw new Error('no gradient');
  },
};
const kept: tf.Tensor[] = [];

describe('a tidy around one tensor leaves what tfjs’s own leaves', () => {
  it.each(Object.entries(cases))('where it is given %s', (_, make) => {
    const stock = alive((one) => engine.tidy(one), make);
    kept.splice(0).forEach((tensor) => tensor.dispose());
    const ours = alive((one) => tidyOne(engine, one), make);
    kept.splice(0).forEach((tensor) => tensor.dispose());
    expect(ours).toEqual(stock);
  });

  it('and gives back the tensor, which lives as long as the tidy around it', () => {
    const made: tf.Tensor[] = [];
    const values = tf.tidy(() => {
      made.push(tidyOne(engine, () => tf.square(older)));
      return made[0]!.dataSync();
    });
    expect([...values]).toEqual([1, 4, 9]);
    expect(made[0]!.isDisposed).toBe(true);
  });
});
