import * as tf from '@tensorflow/tfjs';
import { maskedMean, multiTaskOptimizer } from 'mtl-debugger';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectClipped, expectedMeasures, expectMeasures, sizesOf, variablesOf } from './expectedMeasures.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

let watched: Watched;
const quiet = { epochs: 1, batchSize: 8, verbose: 0 as never };
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  watched.observation.uninstall();
  tf.disposeVariables();
});

const [x, click, dwell] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
const labelled = tf.tensor2d([1, 0, 1, 1, 0, 0, 1, 0], [8, 1]);

const names = (): string[] => watched.graph().terms.map(({ id }) => id);
const groups = ['shared(click+dwell)', 'tower(click)', 'tower(dwell)'];

describe('other ways of building and training', () => {
  it('a model that was saved and loaded again, with regularisers and a frozen layer', async () => {
    const input = tf.input({ shape: [4] });
    const frozen = tf.layers.dense({ units: 5, name: 'frozen' }).apply(input);
    const h = tf.layers
      .dense({ units: 5, name: 'trunk', activation: 'tanh', kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }) })
      .apply(frozen);
    const heads = ['click', 'dwell'].map((name) => tf.layers.dense({ units: 1, name }).apply(h) as tf.SymbolicTensor);
    let artifacts: tf.io.ModelArtifacts | null = null;
    await tf.model({ inputs: input, outputs: heads, name: 'feed' }).save(
      tf.io.withSaveHandler((saved) => {
        artifacts = saved;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts!));
    model.getLayer('frozen').trainable = false;
    const predict = (output: number): tf.Tensor => (model.apply(x, { training: true }) as tf.Tensor[])[output]!;
    const measures = expectedMeasures(
      {
        click: () => tf.losses.meanSquaredError(click, predict(0)),
        dwell: () => tf.losses.meanSquaredError(dwell, predict(1)),
        regularisers: () => model.calculateLosses()[0]!,
      },
      variablesOf(model),
    );
    watched = watchThisProcess(1);
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await model.fit(x, [click, dwell], quiet);
    expectMeasures(watched, measures, groups);
    expect(names()).toEqual(['click', 'dwell', 'regularisers']);
    const trunk = watched.graph().groups[0]!.variables;
    expect(trunk.map(({ status }) => status)).toEqual(['frozen', 'frozen', 'trained', 'trained']);
  });

  it('one encoder for two inputs (Siamese), in fit', async () => {
    const [left, right] = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
    const encoder = tf.layers.dense({ units: 3, activation: 'tanh', name: 'encoder' });
    const both = [left, right].map((input) => encoder.apply(input) as tf.SymbolicTensor);
    const merged = tf.layers.concatenate().apply(both);
    const outputs = ['click', 'dwell'].map(
      (name) => tf.layers.dense({ units: 1, name }).apply(merged) as tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: [left, right], outputs });
    const inputs = [x, normal([8, 4], 9)];
    const predict = (output: number): tf.Tensor => (model.apply(inputs, { training: true }) as tf.Tensor[])[output]!;
    const measures = expectedMeasures(
      {
        click: () => tf.losses.meanSquaredError(click, predict(0)),
        dwell: () => tf.losses.meanSquaredError(dwell, predict(1)),
      },
      variablesOf(model),
    );
    watched = watchThisProcess(1);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(inputs, [click, dwell], quiet);
    expectMeasures(watched, measures, groups);
    expect(watched.graph().groups[0]!.variables.map(({ name }) => name.replace(/_\d+$/, ''))).toEqual([
      'encoder/kernel',
      'encoder/bias',
    ]);
  });

  it('clipping by the global norm by hand is seen like any update', () => {
    watched = watchThisProcess(1);
    const model = twoHeads();
    const variables = variablesOf(model);
    const sizes = sizesOf(model);
    const optimizer = tf.train.sgd(1);
    for (let step = 0; step < 2; step++) {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => {
          const [p, q] = model.apply(x, { training: true }) as [tf.Tensor, tf.Tensor];
          const clickLoss = tf.losses.meanSquaredError(click, p);
          const dwellLoss = tf.losses.meanSquaredError(dwell, q);
          return tf.add(clickLoss, dwellLoss);
        }, variables);
        const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => gradient.square().sum())));
        const factor = tf.div(1e-3, norm.maximum(1e-3));
        optimizer.applyGradients(
          Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, gradient.mul(factor)])),
        );
      });
    }
    watched.observation.flush();
    expect(names()).toEqual(['click', 'dwell']);
    expect(watched.steps().map(({ groups: measured }) => Object.keys(measured))).toEqual([groups, groups]);
    expectClipped(watched, 1e-3, sizes);
  });

  it('two models of one name keep their tasks and groups apart', async () => {
    watched = watchThisProcess(1);
    const models = [twoHeads(), twoHeads()];
    for (const model of models) {
      model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    }
    for (let round = 0; round < 2; round++) {
      for (const model of models) {
        await model.fit(x, [click, dwell], quiet);
        await model.trainOnBatch(x, [click, dwell]);
      }
    }
    watched.observation.flush();
    const graph = watched.graph();
    expect(graph.objectives.map(({ name }) => name)).toEqual(['feed', 'feed (2)']);
    expect(names()).toEqual(['click', 'dwell', 'click 2', 'dwell 2']);
    expect(graph.groups.map(({ variables }) => variables.length)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(new Set(graph.groups.flatMap(({ variables }) => variables.map(({ name }) => name))).size).toBe(12);
  });

  it('several models in one loop: a frozen one, a shared one, and one of each task', () => {
    watched = watchThisProcess(1);
    const dense = (units: number, width: number, name: string): tf.Sequential =>
      tf.sequential({ name, layers: [tf.layers.dense({ units, inputShape: [width], activation: 'tanh' })] });
    const [base, trunk, head, other] = [
      dense(5, 4, 'base'),
      dense(4, 5, 'trunk'),
      dense(1, 4, 'head'),
      dense(1, 4, 'other'),
    ];
    base.trainable = false;
    const optimizer = multiTaskOptimizer({
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: { shared: 1e-3, click: 1e-2, dwell: 1e-2 },
      weights: { click: 1, dwell: 2 },
      variables: [trunk, head, other].flatMap((model) => variablesOf(model)),
    });
    for (let step = 0; step < 3; step++) {
      optimizer.step(null, () => {
        const h = trunk.apply(base.apply(x)) as tf.Tensor;
        return {
          click: tf.losses.meanSquaredError(click, head.apply(h) as tf.Tensor),
          dwell: maskedMean(dwell.sub(other.apply(h) as tf.Tensor).square(), labelled),
        };
      });
    }
    watched.observation.flush();
    expect(names()).toEqual(['click', 'dwell']);
    expect(watched.graph().groups.map(({ id, variables }) => [id, variables.map(({ status }) => status)])).toEqual([
      ['shared(click+dwell)', ['frozen', 'frozen', 'trained', 'trained']],
      ['tower(click)', ['trained', 'trained']],
      ['tower(dwell)', ['trained', 'trained']],
    ]);
  });
});
