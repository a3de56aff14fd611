import * as tf from '@tensorflow/tfjs';
import { stopGradient } from 'mtl-debugger';
import { describe, expect, it } from 'vitest';
import { factsOf, placesIn } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const place = placesIn(import.meta.url);
const [x, y, z] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
const labels = [y, z];

const watched = watchEachTest();

const dense = (units: number, name: string, inputs = 4, more: object = {}) =>
  tf.sequential({
    name: `${name}_net`,
    layers: [tf.layers./*@dense*/ dense({ units, name, inputShape: [inputs], ...more })],
  });
const run = (model: tf.Sequential, input: tf.Tensor): tf.Tensor => model.apply(input) as tf.Tensor;
const error = (target: tf.Tensor, prediction: tf.Tensor): tf.Scalar =>
  tf.losses.meanSquaredError(target, prediction) as tf.Scalar;

describe('layers', () => {
  it('of a model that fits are told where they were made, once they train', async () => {
    const input = tf.input({ shape: [4] });
    const trunk = tf.layers./*@trunk*/ dense({ units: 3, activation: 'relu', name: 'trunk' });
    const head = tf.layers./*@head*/ dense({ units: 1, name: 'head' });
    tf.layers.dense({ units: 1, name: 'never' }).apply(input);
    const model = tf.model({
      inputs: input,
      outputs: head.apply(trunk.apply(input)) as tf.SymbolicTensor,
      name: 'told',
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    expect(factsOf(watched.lines, 'layerMade')).toEqual([]);
    await model.fit(x, y, { epochs: 2, verbose: 0 as never });
    const made = factsOf(watched.lines, 'layerMade').filter(({ details: { kind } }) => kind === 'Dense');
    expect(made).toMatchObject([
      { layer: 'trunk', step: 1, details: { kind: 'Dense', activation: 'relu', model: 'told' } },
      { layer: 'head', step: 1, details: { kind: 'Dense', activation: 'linear', model: 'told' } },
    ]);
    expect(made.map(({ position }) => [position?.line, position?.column])).toEqual(
      ['trunk', 'head'].map((mark) => [place(mark).line, place(mark).column]),
    );
  });

  it('of a loop of one’s own are told with the model that runs them', () => {
    const net = dense(1, 'own');
    tf.train.sgd(0.1).minimize(() => error(y, run(net, x)));
    expect(factsOf(watched.lines, 'layerMade')).toMatchObject([
      { layer: 'own', position: { line: place('dense').line }, details: { model: 'own_net' } },
    ]);
  });
});

describe('variables that are not trained', () => {
  const freeze = (layer: tf.layers.Layer | tf.Sequential): void => {
    layer./*@frozen*/ trainable = false;
  };

  it('a layer that is frozen as it was drawn', async () => {
    const model = twoHeads();
    freeze(model.getLayer('trunk'));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.trainOnBatch(x, labels);
    const [fact, ...more] = factsOf(watched.lines, 'untrained');
    expect(more).toEqual([]);
    expect(fact).toMatchObject({
      layer: 'trunk',
      position: { line: place('frozen').line },
      details: { why: 'frozen' },
    });
    expect(fact!.details.untouched).toEqual(fact!.details.variables);
    expect(fact!.details.variables).toHaveLength(2);
  });

  it('a model of a loop of one’s own, which sets it on its layers once more when it first runs', () => {
    const [trunk, head] = [dense(3, 'deep'), dense(1, 'top', 3)];
    freeze(trunk);
    tf.train.sgd(0.1).minimize(() => error(y, run(head, run(trunk, x))));
    expect(factsOf(watched.lines, 'untrained')).toMatchObject([
      { layer: 'deep', position: { line: place('frozen').line }, details: { why: 'frozen' } },
    ]);
  });

  it.each(['the script', 'a layer'])('variables of %s, whose own property is set', (whose) => {
    const [trunk, head] = [dense(3, 'deep'), dense(1, 'top', 3)];
    const own = tf.variable(tf.ones([4, 3]));
    const hidden = (): tf.Tensor => (whose === 'a layer' ? run(trunk, x) : x.matMul(own));
    // A sequential model thaws its weights when it is built.
    hidden();
    const weights = whose === 'a layer' ? trunk.weights : [own];
    weights.forEach((weight) => {
      (weight as { trainable: boolean })./*@weight*/ trainable = false;
    });
    tf.train.sgd(0.1).minimize(() => error(y, run(head, hidden())));
    expect(factsOf(watched.lines, 'untrained')).toMatchObject([
      {
        layer: whose === 'a layer' ? 'deep' : null,
        position: { line: place('weight').line },
        details: { why: 'frozen' },
      },
    ]);
  });

  it('a layer that was thawed and frozen again is told at the second place', () => {
    const [trunk, head] = [dense(3, 'deep'), dense(1, 'top', 3)];
    trunk.trainable = false;
    trunk.trainable = true;
    freeze(trunk);
    tf.train.sgd(0.1).minimize(() => error(y, run(head, run(trunk, x))));
    expect(factsOf(watched.lines, 'untrained')[0]?.position?.line).toBe(place('frozen').line);
  });

  it.each(['loaded', 'trained'] as const)('a layer that was %s before is not as it was drawn', async (before) => {
    const model = twoHeads();
    const compile = (): void => model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const trunk = model.getLayer('trunk');
    if (before === 'loaded') {
      trunk.setWeights(trunk.getWeights().map((weight) => weight.add(1)));
    } else {
      compile();
      await model.trainOnBatch(x, labels);
    }
    freeze(trunk);
    compile();
    await model.trainOnBatch(x, labels);
    expect(factsOf(watched.lines, 'untrained')).toMatchObject([{ layer: 'trunk', details: { untouched: [] } }]);
  });

  it('a layer that is made with trainable false is frozen, and not left out of a list', async () => {
    const input = tf.input({ shape: [4] });
    const trunk = tf.layers./*@made*/ dense({ units: 3, name: 'fixed', trainable: false });
    const h = trunk.apply(input) as tf.SymbolicTensor;
    const outputs = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(h) as tf.SymbolicTensor);
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.trainOnBatch(x, labels);
    watched.observation.flush();
    expect(factsOf(watched.lines, 'untrained')).toMatchObject([
      { layer: 'fixed', position: { line: place('made').line }, details: { why: 'frozen' } },
    ]);
    expect(watched.graph().groups[0]?.variables.map(({ status }) => status)).toEqual(['frozen', 'frozen']);
  });

  it('a head that is left out of the list', () => {
    const [near, far] = [dense(1, 'near'), dense(1, 'far')];
    const list = near.trainableWeights.map((weight) => weight.read() as tf.Variable);
    tf.train.sgd(0.1).minimize(() => error(y, run(near, x)).add(error(z, run(far, x))), false, list);
    expect(factsOf(watched.lines, 'untrained')).toMatchObject([{ layer: 'far', details: { why: 'notListed' } }]);
  });
});

describe('a head that leads to no loss', () => {
  it('is told with its variables, where its last layer was made', () => {
    const [used, spare] = [dense(1, 'used'), dense(2, 'spare')];
    tf.train.sgd(0.1).minimize(() => {
      run(spare, x).square().mean();
      return error(y, run(used, x));
    });
    const [fact, ...more] = factsOf(watched.lines, 'unusedOutput');
    expect(more).toEqual([]);
    expect(fact).toMatchObject({
      layer: 'spare',
      position: { line: place('dense').line },
      details: { output: 'spare' },
    });
    expect(fact!.details.variables.map((name) => name.split('/')[0])).toEqual(['spare', 'spare']);
  });

  it('without layers is told where it is computed', () => {
    const [w, spare] = [tf.variable(normal([4, 1], 5)), tf.variable(normal([4, 1], 6))];
    tf.train.sgd(0.1).minimize(() => {
      x./*@spare*/ matMul(spare);
      return error(y, x.matMul(w));
    });
    expect(factsOf(watched.lines, 'unusedOutput')).toMatchObject([
      { layer: null, position: { line: place('spare').line }, details: { output: 'spare', variables: ['spare'] } },
    ]);
  });

  it('is none where all lead to a loss, or a model is not run at all', () => {
    const [a, b, other] = [dense(1, 'a'), dense(1, 'b'), dense(1, 'other')];
    tf.train.sgd(0.1).minimize(() => error(y, run(a, x)).add(error(z, run(b, x))));
    expect(factsOf(watched.lines, 'unusedOutput')).toEqual([]);
    other.dispose();
  });
});

describe('a stop-gradient that another path goes around', () => {
  const train = (feature: (prediction: tf.Tensor) => tf.Tensor): void => {
    const [trunk, wA, wB] = [normal([4, 3], 1), normal([3, 1], 2), normal([2, 1], 3)].map((w) => tf.variable(w));
    tf.train.sgd(0.01).minimize(() => {
      const h = x.matMul(trunk!);
      const predictionA = h.matMul(wA!);
      const lossA = error(y, predictionA);
      const lossB = error(z, feature(predictionA).matMul(wB!));
      return lossA.add(lossB);
    });
  };

  it('is told at the operation that leaves the tower', () => {
    train((prediction) => tf.concat([stopGradient(prediction), prediction./*@around*/ square()], 1));
    expect(factsOf(watched.lines, 'brokenStop')).toMatchObject([
      { task: 'b', position: { line: place('around').line }, details: { of: 'a' } },
    ]);
  });

  it('is none where the prediction is stopped wherever it is used', () => {
    train((prediction) => tf.concat([stopGradient(prediction), stopGradient(prediction).square()], 1));
    expect(factsOf(watched.lines, 'brokenStop')).toEqual([]);
  });
});
