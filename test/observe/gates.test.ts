import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apply, fitOnce, head, ROWS, seen, type Seen } from './activity.ts';
import { normal } from './twoHeads.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => tf.disposeVariables());

describe('gates on a deep step', () => {
  /** MMoE in layers: 3 experts, and per task a gate and a tower. */
  const mixture = (scale: number): { input: tf.SymbolicTensor; outputs: tf.SymbolicTensor[] } => {
    const input = tf.input({ shape: [4] });
    const experts = [0, 1, 2].map((expert) =>
      apply(
        tf.layers.reshape({ targetShape: [1, 5] }),
        apply(tf.layers.dense({ units: 5, activation: 'relu', name: `expert${expert}` }), input),
      ),
    );
    const stacked = apply(tf.layers.concatenate({ axis: 1 }), experts);
    const outputs = ['a', 'b'].map((task, index) => {
      const weights = [normal([4, 3], 7 + index).mul(scale), tf.tensor1d([0, 0, 4]).mul(scale)];
      const gate = tf.layers.dense({ units: 3, activation: 'softmax', name: `gate_${task}`, weights });
      const mixed = apply(tf.layers.dot({ axes: [1, 1] }), [apply(gate, input), stacked]);
      return head(task, mixed);
    });
    return { input, outputs };
  };

  it('two tasks and three experts: two gates of three', async () => {
    const { input, outputs } = mixture(0.1);
    const [{ gates, activations }] = (await seen(() => fitOnce(normal([ROWS, 4], 1), input, outputs))) as [Seen];
    expect(gates.map(({ layer, experts, rows, collapsed }) => ({ layer, experts, rows, collapsed }))).toEqual([
      { layer: 'gate_a', experts: 3, rows: ROWS, collapsed: 0 },
      { layer: 'gate_b', experts: 3, rows: ROWS, collapsed: 0 },
    ]);
    for (const { entropy, load } of gates) {
      expect(entropy).toBeGreaterThan(0.9);
      expect(load.reduce((sum: number, weight) => sum + Number(weight), 0)).toBeCloseTo(1, 5);
    }
    expect(activations.map(({ layer }) => layer).sort()).toEqual(['expert0', 'expert1', 'expert2']);
  });

  it('logits times 50: no entropy is left, and the load names the expert', async () => {
    const { input, outputs } = mixture(50);
    const [{ gates }] = (await seen(() => fitOnce(normal([ROWS, 4], 1).mul(0.1), input, outputs))) as [Seen];
    for (const { entropy, collapsed, load } of gates) {
      expect(entropy).toBeLessThan(0.01);
      expect(collapsed).toBeGreaterThan(0.95);
      expect(load[2]).toBeGreaterThan(0.99);
    }
    expect(gates).toHaveLength(2);
  });

  it('in a loop of operations: experts stacked, or weighed one by one', async () => {
    const x = normal([ROWS, 4], 1);
    const variables = Array.from({ length: 3 }, (_, k) => normal([4, 5], 10 + k));
    for (const oneByOne of [false, true]) {
      const [{ gates }] = (await seen(() => {
        const experts = variables.map((values) => tf.variable(values));
        const [gate, a, b] = [
          [4, 3],
          [5, 1],
          [5, 1],
        ].map((shape, k) => tf.variable(normal(shape, 20 + k))) as [tf.Variable, tf.Variable, tf.Variable];
        tf.train.sgd(1e-12).minimize(() => {
          const weights = x.matMul(gate).softmax();
          const outputs = experts.map((expert) => x.matMul(expert).relu());
          const mixed = oneByOne
            ? tf.addN(tf.unstack(weights, 1).map((weight, k) => outputs[k]!.mul(weight.expandDims(1))))
            : tf.stack(outputs, 1).mul(weights.expandDims(2)).sum(1);
          return mixed.matMul(a).square().mean().add(mixed.matMul(b).sub(1).square().mean()) as tf.Scalar;
        });
      })) as [Seen];
      expect(gates, `one by one: ${oneByOne}`).toMatchObject([{ layer: null, index: 0, experts: 3, rows: ROWS }]);
    }
  });

  it('a classifier is no gate, nor a prediction that another task uses, nor attention over positions', async () => {
    const x = normal([ROWS, 4, 5], 1);
    const labels = tf.oneHot(tf.range(0, ROWS, 1, 'int32').mod(tf.scalar(4, 'int32')), 4);
    const [{ gates }] = (await seen(() => {
      const shapes = { score: [5, 1], query: [5, 5], key: [5, 5], classes: [5, 4], own: [5, 4], b: [4, 1] };
      const w = Object.fromEntries(
        Object.entries(shapes).map(([name, shape], k) => [name, tf.variable(normal(shape, 30 + k), true, name)]),
      ) as Record<keyof typeof shapes, tf.Variable>;
      tf.train.sgd(1e-12).minimize(() => {
        const flat = x.reshape([4 * ROWS, 5]);
        // Scores made one by one, then over the positions; and scores as products of activations.
        const pooled = flat.matMul(w.score).reshape([ROWS, 4]).softmax().expandDims(2).mul(x.mul(1)).sum(1);
        const keys = flat.matMul(w.key).reshape([ROWS, 4, 5]);
        const scores = tf.matMul(pooled.matMul(w.query).expandDims(1), keys, false, true).reshape([ROWS, 4]);
        const again = scores.softmax().expandDims(2).mul(keys).sum(1);
        const probabilities = again.matMul(w.classes).softmax();
        const classLoss = probabilities.log().mul(labels).sum(1).neg().mean();
        const used = probabilities.mul(again.matMul(w.own));
        return classLoss.add(used.matMul(w.b).square().mean()) as tf.Scalar;
      });
    })) as [Seen];
    expect(gates).toEqual([]);
  });
});
