import * as tf from '@tensorflow/tfjs';
import { stopGradient } from 'mtl-debugger';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

let watched: Watched;
const quiet = { verbose: 0 as never };
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

const groups = (): Record<string, string[]> =>
  Object.fromEntries(watched.graph().groups.map(({ id, variables }) => [id, variables.map(({ name }) => name)]));
const state = (task: string, group: string): string | undefined =>
  watched.graph().paths.find((path) => path.task === task && path.group === group)?.state;

describe('the ways to train a LayersModel', () => {
  it('fit, trainOnBatch and fitDataset of one model are one objective', async () => {
    const model = twoHeads();
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const [x, a, b] = [normal([20, 4], 1), normal([20, 1], 2), normal([20, 1], 3)];
    await model.fit(x, [a, b], { epochs: 3, batchSize: 5, ...quiet });
    await model.trainOnBatch(x, [a, b]);
    await model.trainOnBatch(x, [a, b]);
    const rows = tf.data
      .array([0, 1, 2, 3])
      .map(() => ({ xs: normal([4], 5), ys: { click: normal([1], 6), dwell: normal([1], 7) } }));
    await model.fitDataset(rows.batch(2) as never, { epochs: 2, ...quiet });
    watched.observation.flush();

    const graph = watched.graph();
    expect(graph.terms.map(({ id }) => id)).toEqual(['click', 'dwell']);
    expect(graph.objectives.map(({ via, name }) => [via, name])).toEqual([['fit', 'feed']]);
    expect(Object.keys(groups())).toEqual(['shared(click+dwell)', 'tower(click)', 'tower(dwell)']);
    expect(watched.steps().map(({ epoch }) => epoch)).toEqual([
      1,
      1,
      1,
      1,
      2,
      2,
      2,
      2,
      3,
      3,
      3,
      3,
      null,
      null,
      1,
      1,
      2,
      2,
    ]);
    const plans = watched.lines.filter((line) => line.type === 'plan');
    expect(plans.map(({ call, epochs, stepsPerEpoch }) => [call, epochs, stepsPerEpoch])).toEqual([
      ['fit', 3, 4],
      ['trainOnBatch', 1, null],
      ['fitDataset', 2, 2],
    ]);
  });

  it('one output is one task, and says so', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(normal([8, 4], 1), normal([8, 1], 2), { epochs: 1, ...quiet });
    watched.observation.flush();
    expect(watched.graph().terms).toHaveLength(1);
    expect(Object.keys(groups())).toEqual([`tower(${watched.graph().terms[0]?.id})`]);
  });

  it('the losses that are recorded are those that tfjs reports', async () => {
    const model = twoHeads();
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const [x, a, b] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
    const [total, click, dwell] = (await model.trainOnBatch(x, [a, b])) as number[];
    watched.observation.flush();
    const [step] = watched.steps();
    expect(step!.total).toBe(total);
    expect(Number(step!.loss[0]!.raw)).toBeCloseTo(click!, 5);
    expect(Number(step!.loss[1]!.raw)).toBeCloseTo(dwell!, 5);
    expect(step!.loss.map(({ weight, relative }) => [weight, relative])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('a trunk that is frozen and compiled again is excluded, and stays the shared group', async () => {
    const model = twoHeads();
    const compile = (): void => model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const [x, a, b] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
    compile();
    await model.trainOnBatch(x, [a, b]);
    model.getLayer('trunk').trainable = false;
    compile();
    await model.trainOnBatch(x, [a, b]);
    watched.observation.flush();
    expect(Object.keys(groups())).toEqual(['shared(click+dwell)', 'tower(click)', 'tower(dwell)']);
    expect(watched.graph().objectives).toHaveLength(2);
    expect(state('click', 'shared(click+dwell)')).toBe('excluded');
    expect(state('click', 'tower(click)')).toBe('flows');
  });
});

describe('loops of one’s own with several objectives', () => {
  it('a trunk that two losses train in turn is shared', () => {
    const trunk = tf.variable(normal([4, 5], 1));
    const headA = tf.variable(normal([5, 1], 2));
    const headB = tf.variable(normal([5, 1], 3));
    const [x, y] = [normal([8, 4], 4), normal([8, 1], 5)];
    const optimizer = tf.train.adam(0.01);
    for (let step = 0; step < 3; step++) {
      optimizer.minimize(() => {
        const lossA = tf.losses.meanSquaredError(y, x.matMul(trunk).relu().matMul(headA));
        return lossA as tf.Scalar;
      });
      optimizer.minimize(() => {
        const lossB = tf.losses.meanSquaredError(y, x.matMul(trunk).relu().matMul(headB));
        return lossB as tf.Scalar;
      });
    }
    watched.observation.flush();
    expect(watched.graph().terms.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(groups()).toEqual({ 'shared(a+b)': ['trunk'], 'tower(a)': ['headA'], 'tower(b)': ['headB'] });
    expect(watched.steps().map(({ objective }) => objective)).toEqual(['o1', 'o2', 'o1', 'o2', 'o1', 'o2']);
  });

  it('a GAN: the intended cut is declared, the other player is excluded', () => {
    const generator = tf.variable(normal([2, 3], 1), true, 'generator');
    const body = tf.variable(normal([3, 4], 2), true, 'body');
    const realHead = tf.variable(normal([4, 1], 3), true, 'realHead');
    const classHead = tf.variable(normal([4, 2], 4), true, 'classHead');
    const [noise, real] = [normal([6, 2], 5), normal([6, 3], 6)];
    const labels = tf.oneHot(tf.tensor1d([0, 1, 0, 1, 0, 1], 'int32'), 2).toFloat();
    const optimizers = { discriminator: tf.train.adam(0.01), generator: tf.train.adam(0.01) };
    const judge = (points: tf.Tensor): tf.Tensor => points.matMul(body).relu();
    for (let step = 0; step < 2; step++) {
      optimizers.discriminator.minimize(
        () => {
          const fake = stopGradient(noise.matMul(generator));
          const logits = judge(real.concat(fake)).matMul(realHead);
          const realness = tf.losses.sigmoidCrossEntropy(tf.ones([6, 1]).concat(tf.zeros([6, 1])), logits);
          const classLoss = tf.losses.softmaxCrossEntropy(labels, judge(real).matMul(classHead));
          return tf.add(realness, classLoss) as tf.Scalar;
        },
        false,
        [body, realHead, classHead],
      );
      optimizers.generator.minimize(
        () => {
          const fooling = tf.losses.sigmoidCrossEntropy(
            tf.ones([6, 1]),
            judge(noise.matMul(generator)).matMul(realHead),
          );
          return fooling as tf.Scalar;
        },
        false,
        [generator],
      );
    }
    watched.observation.flush();
    expect(watched.graph().terms.map(({ id }) => id)).toEqual(['realness', 'class', 'fooling']);
    expect(groups()).toEqual({
      'shared(class+realness)': ['body'],
      'tower(realness)': ['realHead'],
      'tower(class)': ['classHead'],
      'tower(fooling)': ['generator'],
    });
    expect(state('realness', 'tower(fooling)')).toBe('cut');
    expect(state('fooling', 'shared(class+realness)')).toBe('excluded');
    expect(watched.graph().cuts).toMatchObject([{ kind: 'stopGradient', declared: true }]);
  });
});

describe('a loop with variableGrads and applyGradients', () => {
  it('is measured like minimize; shares need the optimizer, which is known from the second step on', () => {
    const [trunk, a, b] = [
      [4, 5],
      [5, 1],
      [5, 1],
    ].map((shape, k) => tf.variable(normal(shape, k), true, `w${k}`));
    const [x, y] = [normal([8, 4], 4), normal([8, 1], 5)];
    const optimizer = tf.train.adam(0.01);
    for (let step = 0; step < 3; step++) {
      const { value, grads } = tf.variableGrads(() => {
        const h = x.matMul(trunk!);
        const near = tf.losses.meanSquaredError(y, h.matMul(a!));
        const far = tf.losses.meanSquaredError(y.mul(30), h.matMul(b!));
        return tf.addN([near, far]) as tf.Scalar;
      });
      optimizer.applyGradients(grads as never);
      tf.dispose([value, grads]);
    }
    watched.observation.flush();
    expect(watched.graph().objectives).toMatchObject([{ via: 'variableGrads', terms: ['near', 'far'] }]);
    const measures = watched.steps().map(({ groups: measured }) => measured['shared(far+near)']!);
    expect(measures.map(({ share }) => share === null)).toEqual([true, false, false]);
    expect(measures.every(({ updateRatio }) => Number(updateRatio) > 0)).toBe(true);
    expect(Number(measures[1]!.share![0]) + Number(measures[1]!.share![1])).toBeCloseTo(1, 6);
  });
});

describe('the first loss that is no finite number', () => {
  it.each([1, 100])('names the task and the step when every %s. step is observed', (every) => {
    watched.observation.uninstall();
    watched = watchThisProcess(every);
    const weights = tf.variable(normal([4, 2], 1));
    const x = normal([8, 4], 2);
    const optimizer = tf.train.sgd(0.01);
    for (let step = 1; step <= 9; step++) {
      const scale = step === 7 ? -1 : 1;
      optimizer.minimize(() => {
        const fineLoss = x
          .matMul(weights.slice([0, 0], [4, 1]))
          .square()
          .mean();
        const badLoss = x
          .matMul(weights.slice([0, 1], [4, 1]))
          .abs()
          .add(1)
          .mul(scale)
          .log()
          .mean();
        return fineLoss.add(badLoss.mul(0.1)) as tf.Scalar;
      });
    }
    const events = watched.lines.filter((line) => line.type === 'event');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'nonFinite', step: 7, task: 'bad' });
  });
});
