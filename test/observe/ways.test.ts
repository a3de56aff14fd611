import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, maskedMean, multiTaskOptimizer } from 'mtl-debugger';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

let watched: Watched;
const quiet = { epochs: 1, batchSize: 8, verbose: 0 as never };
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  watched = watchThisProcess(1);
});
afterEach(() => {
  watched.observation.uninstall();
  tf.disposeVariables();
});

const [x, click, dwell] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
const labelled = tf.tensor2d([1, 0, 1, 1, 0, 0, 1, 0], [8, 1]);
const sparse = tf.where(labelled.greater(0), dwell, tf.fill([8, 1], -9));
const variablesOf = (model: tf.LayersModel): tf.Variable[] =>
  model.trainableWeights.map((weight) => weight.read() as tf.Variable);

/** A mean squared error per example, 0 and without gradient where the label is -9. */
function maskedError(labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor {
  const known = labels.notEqual(-9).toFloat();
  return labels.sub(predictions).square().mul(known).sum(-1).mul(known.size).div(known.sum().maximum(1));
}

type Losses = Readonly<Record<string, () => tf.Scalar>>;
type Expected = (group: string) => { norm: number[]; gram: number[] };

/**
 * Norms and Gram matrix that the first observed step must have in each group: from a gradient of each loss by itself, which
 * is taken before observation begins.
 */
function expectedMeasures(losses: Losses, variables: readonly tf.Variable[]): Expected {
  watched.observation.uninstall();
  const rows = Object.values(losses).map((loss) => {
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    value.dispose();
    return grads as Record<string, tf.Tensor | undefined>;
  });
  watched = watchThisProcess(1);
  return (group) => {
    const members = watched
      .graph()
      .groups.find(({ id }) => id === group)!
      .variables.map(({ name }) => name);
    const flat = rows.map((grads) =>
      variables
        .filter(({ name }) => members.includes(name))
        .flatMap(({ name, size }) => [...(grads[name]?.dataSync() ?? new Float32Array(size))]),
    );
    const reaching = flat.filter((_, task) => members.some((name) => rows[task]![name] !== undefined));
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    const gram = reaching.flatMap((a, i) => reaching.slice(i).map((b) => dot(a, b)));
    return { norm: reaching.map((row) => Math.sqrt(dot(row, row))), gram };
  };
}

function expectMeasures(expected: Expected, groups: readonly string[]): void {
  watched.observation.flush();
  const [step] = watched.steps();
  expect(Object.keys(step!.groups).sort()).toEqual([...groups].sort());
  for (const group of groups) {
    const [measured, { norm, gram }] = [step!.groups[group]!, expected(group)];
    const largest = Math.max(...norm);
    expect(measured.norm, group).toHaveLength(norm.length);
    measured.norm.forEach((value, k) =>
      expect(Math.abs(Number(value) - norm[k]!), group).toBeLessThanOrEqual(1e-6 * largest),
    );
    measured.gram.forEach((value, k) =>
      expect(Math.abs(Number(value) - gram[k]!), group).toBeLessThanOrEqual(1e-6 * largest ** 2),
    );
  }
}

/** By group: the L2 norm of its weights. */
function sizesOf(model: tf.LayersModel): Record<string, number> {
  const norm = (layer: string): number =>
    Math.hypot(
      ...model
        .getLayer(layer)
        .getWeights()
        .flatMap((weight) => [...weight.dataSync()]),
    );
  return { 'shared(click+dwell)': norm('trunk'), 'tower(click)': norm('click'), 'tower(dwell)': norm('dwell') };
}

/** In the first step every group's update is its part of a step of `length`; what is recorded of gradients is not clipped. */
function expectClipped(length: number, sizes: Readonly<Record<string, number>>): void {
  const measured = Object.entries(watched.steps()[0]!.groups);
  const whole = Math.hypot(...measured.map(([, { total }]) => Number(total)));
  expect(whole).toBeGreaterThan(10 * length);
  for (const [group, { total, updateRatio }] of measured) {
    const moved = Number(updateRatio) * sizes[group]!;
    expect(moved / length, group).toBeCloseTo(Number(total) / whole, 3);
  }
}

const names = (): string[] => watched.graph().terms.map(({ id }) => id);
const groups = ['shared(click+dwell)', 'tower(click)', 'tower(dwell)'];

describe('missing labels', () => {
  it('in fit, with a custom loss that is masked', async () => {
    const model = twoHeads();
    const predict = (output: number): tf.Tensor => (model.apply(x, { training: true }) as tf.Tensor[])[output]!;
    const measures = expectedMeasures(
      {
        click: () => tf.losses.meanSquaredError(click, predict(0)),
        dwell: () => maskedMean(dwell.sub(predict(1)).square(), labelled),
      },
      variablesOf(model),
    );
    model.compile({ optimizer: tf.train.adam(0.01), loss: ['meanSquaredError', maskedError] as never });
    await model.fit(x, [click, sparse], quiet);
    expectMeasures(measures, groups);
    expect(names()).toEqual(['click', 'dwell']);
    expect(watched.graph().objectives[0]!.note).toBeNull();
  });

  it('in a loop of one’s own, by their names, down to a batch without any label', () => {
    const model = twoHeads();
    const variables = variablesOf(model);
    const optimizer = tf.train.adam(0.01);
    const step = (mask: tf.Tensor): void => {
      optimizer.minimize(
        () => {
          const [p, q] = model.apply(x, { training: true }) as [tf.Tensor, tf.Tensor];
          const clickLoss = tf.losses.meanSquaredError(click, p);
          const dwellLoss = dwell.sub(q).square().mul(mask).sum().div(mask.sum().maximum(1));
          return clickLoss.add(dwellLoss.mul(0.5)) as tf.Scalar;
        },
        false,
        variables,
      );
    };
    step(labelled);
    step(tf.zeros([8, 1]));
    watched.observation.flush();
    expect(names()).toEqual(['click', 'dwell']);
    const [, second] = watched.steps();
    expect(second!.loss[1]).toMatchObject({ raw: 0, weighted: 0 });
    expect(Number(second!.loss[1]!.weight)).toBe(0.5);
    expect(second!.groups['tower(dwell)']!.norm).toEqual([0]);
    expect(second!.groups['shared(click+dwell)']!.norm[1]).toBe(0);
  });

  it('through the library, clipped: gradients are those of the weighted losses, before clipping', () => {
    const model = twoHeads();
    const predict = (output: number): tf.Tensor => (model.apply(x, { training: true }) as tf.Tensor[])[output]!;
    const measures = expectedMeasures(
      {
        click: () => tf.losses.meanSquaredError(click, predict(0)),
        dwell: () => maskedMean(dwell.sub(predict(1)).square(), labelled).mul(3),
      },
      variablesOf(model),
    );
    const sizes = sizesOf(model);
    compileMultiTask(model, {
      tasks: { click: { loss: 'meanSquaredError' }, dwell: { loss: 'meanSquaredError', weight: 3, missing: -9 } },
      optimizer: (rate) => tf.train.sgd(rate),
      learningRates: 0.1,
      clipNorm: 0.01,
    }).step(x, { click, dwell: sparse });
    expectMeasures(measures, groups);
    expectClipped(0.1 * 0.01, sizes);
  });
});

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
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await model.fit(x, [click, dwell], quiet);
    expectMeasures(measures, groups);
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
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(inputs, [click, dwell], quiet);
    expectMeasures(measures, groups);
    expect(watched.graph().groups[0]!.variables.map(({ name }) => name.replace(/_\d+$/, ''))).toEqual([
      'encoder/kernel',
      'encoder/bias',
    ]);
  });

  it('clipping by the global norm by hand is seen like any update', () => {
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
    expectClipped(1e-3, sizes);
  });

  it('two models of one name keep their tasks and groups apart', async () => {
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
