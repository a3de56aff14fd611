import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { factsOf, placesIn } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const place = placesIn(import.meta.url);
const [x, y, z] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
const labels = [y, z];

const watched = watchEachTest();

const step = (optimizer: tf.Optimizer, variable: tf.Variable): void =>
  void optimizer.minimize(() => variable.square().mean() as tf.Scalar);

describe('where an optimizer was made', () => {
  it('is told at its first update, with its rate and the groups that it moves, for all of tfjs’s', () => {
    const w = tf.variable(normal([3, 2], 1));
    const made = [
      tf.train./*@sgd*/ sgd(0.1),
      tf.train./*@momentum*/ momentum(0.2, 0.9),
      tf.train./*@adam*/ adam(0.3),
      tf.train./*@adamax*/ adamax(0.4),
      tf.train./*@rmsprop*/ rmsprop(0.5),
      tf.train./*@adagrad*/ adagrad(0.6),
      tf.train./*@adadelta*/ adadelta(0.7),
      /*@class*/ new tf.AdamOptimizer(0.8, 0.9, 0.999),
    ];
    expect(factsOf(watched.lines, 'optimizer')).toEqual([]);
    made.forEach((optimizer) => {
      step(optimizer, w);
      step(optimizer, w);
    });
    const told = factsOf(watched.lines, 'optimizer');
    expect(told.map(({ details: { name, learningRate } }) => [name, learningRate])).toEqual([
      ['SGD', 0.1],
      ['Momentum', 0.2],
      ['Adam', 0.3],
      ['Adamax', 0.4],
      ['RMSProp', 0.5],
      ['Adagrad', 0.6],
      ['Adadelta', 0.7],
      ['Adam', 0.8],
    ]);
    const marks = ['sgd', 'momentum', 'adam', 'adamax', 'rmsprop', 'adagrad', 'adadelta', 'class'];
    expect(told.map(({ position }) => [position?.line, position?.column])).toEqual(
      marks.map((mark) => [place(mark).line, place(mark).column]),
    );
    expect(told[0]).toMatchObject({
      step: 1,
      objective: 'o1',
      details: { groups: [expect.stringMatching(/^tower/)], named: false },
    });
    made.forEach((optimizer) => optimizer.dispose());
  });

  it('of a name that compile was given is the call of compile', async () => {
    const model = twoHeads();
    model./*@compile*/ compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    await model.trainOnBatch(x, labels);
    expect(factsOf(watched.lines, 'optimizer')).toMatchObject([
      { position: { line: place('compile').line }, details: { name: 'Adam', learningRate: 0.001, named: true } },
    ]);
  });

  it('leaves optimizers as they were: their rate is a property that can be listed, read and written', () => {
    const rates = [tf.train.adam(0.3), tf.train.sgd(0.1)].map((optimizer): unknown[] => {
      const config: Record<string, unknown> = optimizer.getConfig();
      const listed = Object.entries(optimizer as unknown as Record<string, unknown>).find(
        ([key]) => key === 'learningRate',
      );
      optimizer.dispose();
      return [config['learningRate'], listed?.[1]];
    });
    expect(rates).toEqual([
      [0.3, 0.3],
      [0.1, 0.1],
    ]);
  });
});

describe('a rate that is assigned to SGD or Momentum', () => {
  const assign = (optimizer: tf.Optimizer, rate: number): void => {
    (optimizer as unknown as { learningRate: number })./*@assigned*/ learningRate = rate;
  };

  it('is told with the rate that goes on', () => {
    const w = tf.variable(tf.ones([2, 2]));
    for (const optimizer of [tf.train.sgd(0.1), tf.train.momentum(0.1, 0)]) {
      const before = w.dataSync()[0]!;
      const gradient = before / 2;
      assign(optimizer, 0.01);
      step(optimizer, w);
      // What is told is true: the update still has rate 0.1.
      expect(w.dataSync()[0]).toBeCloseTo(before - 0.1 * gradient, 6);
      expect((optimizer as unknown as { learningRate: number }).learningRate).toBe(0.01);
    }
    expect(factsOf(watched.lines, 'optimizer').map(({ details }) => details.learningRate)).toEqual([0.1, 0.1]);
    expect(factsOf(watched.lines, 'ignoredOption')).toMatchObject([
      {
        step: 0,
        position: { line: place('assigned').line },
        details: { option: 'learningRate', given: '0.01', inForce: 0.1 },
      },
    ]);
  });

  it('is none where setLearningRate is called, the rate is the same, or the optimizer honours it', () => {
    const [sgd, adam] = [tf.train.sgd(0.1), tf.train.adam(0.1)];
    sgd.setLearningRate(0.01);
    assign(sgd, 0.01);
    assign(adam, 0.01);
    expect(factsOf(watched.lines, 'ignoredOption')).toEqual([]);
  });

  it('is not looked for after observation has ended', () => {
    const sgd = tf.train.sgd(0.1);
    watched.observation.uninstall();
    assign(sgd, 0.01);
    assign(tf.train.sgd(0.1), 0.01);
    expect(factsOf(watched.lines, 'ignoredOption')).toEqual([]);
    expect(Object.getOwnPropertyDescriptor(tf.Optimizer.prototype, 'learningRate')).toBeUndefined();
  });
});

describe('loss weights of compile', () => {
  const compileWith = (lossWeights: unknown): void => {
    const options = { optimizer: 'sgd', loss: 'meanSquaredError', lossWeights };
    twoHeads()./*@weights*/ compile(options);
  };

  it.each([
    ['by name', { click: 1, dwell: 0.01 }],
    ['as a list', [1, 0.01]],
  ])('given %s are told, at the call', (_, lossWeights) => {
    compileWith(lossWeights);
    expect(factsOf(watched.lines, 'ignoredOption')).toMatchObject([
      {
        position: { line: place('weights').line },
        details: { option: 'lossWeights', given: 'click: 1, dwell: 0.01', tasks: ['dwell'] },
      },
    ]);
  });

  it('that are all 1, or absent, change nothing and are not told', () => {
    compileWith({ click: 1, dwell: 1 });
    compileWith(undefined);
    compileWith(null);
    expect(factsOf(watched.lines, 'ignoredOption')).toEqual([]);
  });
});

describe('an optimizer that serves two losses in turn', () => {
  it('is told with the variables whose moments it mixes', () => {
    const [a, b] = ['a', 'b'].map((name) => tf.variable(tf.zeros([2]), true, name)) as [tf.Variable, tf.Variable];
    const adam = tf.train.adam(0.1);
    step(adam, a);
    expect(factsOf(watched.lines, 'mixedMoments')).toEqual([]);
    adam./*@second*/ minimize(() => b.square().sum() as tf.Scalar);
    expect(factsOf(watched.lines, 'mixedMoments')).toMatchObject([
      {
        step: 2,
        position: { line: place('second').line },
        details: { optimizer: 'Adam', owner: 'a', variable: 'b', slot: 0 },
      },
    ]);
  });
});

describe('a seeded dropout layer', () => {
  const train = async (seed: number | undefined, rate = 0.3): Promise<void> => {
    const input = tf.input({ shape: [4] });
    const h = tf.layers.dense({ units: 5 }).apply(input) as tf.SymbolicTensor;
    const drop = tf.layers./*@dropout*/ dropout({ rate, name: 'drop', ...(seed === undefined ? {} : { seed }) });
    const outputs = [1, 2].map(
      () => tf.layers.dense({ units: 1 }).apply(drop.apply(h) as tf.SymbolicTensor) as tf.SymbolicTensor,
    );
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.trainOnBatch(x, labels);
  };

  it('is told where it is made', async () => {
    await train(42);
    expect(factsOf(watched.lines, 'repeatedDropout')).toMatchObject([
      { layer: 'drop', position: { line: place('dropout').line }, details: { seed: 42, rate: 0.3 } },
    ]);
  });

  it('is not told without a seed, or where it drops nothing', async () => {
    await train(undefined);
    await train(42, 0);
    expect(factsOf(watched.lines, 'repeatedDropout')).toEqual([]);
  });
});
