import * as tf from '@tensorflow/tfjs';
import { compileMultiTask } from 'mtl-debugger';
import { describe, expect, it, vi } from 'vitest';
import { inEnglish } from '../../src/core/diagnosis/sentence.ts';
import { seededRandom } from '../random.ts';
import { findingsOf, labelsOf, loud, ofRule } from './diagnosis.ts';
import { placesIn } from './factsOf.ts';
import { watchEachTest } from './inProcess.ts';

const place = placesIn(import.meta.url);
const watched = watchEachTest();
const quiet = { verbose: 0 as never };

const normals = (random: ReturnType<typeof seededRandom>, count: number): number[] =>
  Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  );

/** Rows of six inputs, of which two tasks follow, and a little noise. */
function rows(count: number, seed: number) {
  const random = seededRandom(seed);
  const inputs = Array.from({ length: count }, () => normals(random, 6));
  const noise = normals(random, 2 * count);
  const a = inputs.map(([p = 0, q = 0, r = 0], i) => p - 0.5 * q + Math.tanh(r) + 0.1 * noise[i]!);
  const b = inputs.map(([, q = 0, , s = 0, t = 0], i) => q + 0.7 * s * t + 0.1 * noise[count + i]!);
  return { inputs, a, b, random };
}

const column = (values: readonly number[]): tf.Tensor2D => tf.tensor2d(values.map((value) => [value]));

function twoTowers(units = 16): tf.LayersModel {
  const start = (seed: number) => tf.initializers.glorotUniform({ seed });
  const dense = (of: number, name: string, seed: number, activation?: 'relu') =>
    tf.layers.dense({ units: of, name, kernelInitializer: start(seed), ...(activation && { activation }) });
  const input = tf.input({ shape: [6] });
  const h = dense(units, 'trunk', 1, 'relu').apply(input);
  const outputs = ['a', 'b'].map((name, i) => {
    const tower = dense(units, `${name}_tower`, 2 + i, 'relu').apply(h);
    return dense(1, name, 4 + i).apply(tower) as tf.SymbolicTensor;
  });
  return tf.model({ inputs: input, outputs });
}

/** A loop of one's own over batches of 32 rows. */
function loop(
  data: { inputs: number[][]; a: number[]; b: number[] },
  steps: number,
  losses: (
    predictions: { readonly a: tf.Tensor; readonly b: tf.Tensor },
    labels: { readonly a: tf.Tensor; readonly b: tf.Tensor },
  ) => tf.Scalar,
  optimizer: tf.Optimizer = tf.train.adam(0.01),
): void {
  const model = twoTowers();
  const [x, y, z] = [tf.tensor2d(data.inputs), column(data.a), column(data.b)];
  for (let step = 0; step < steps; step++) {
    const from = (32 * step) % (data.a.length - 31);
    const [input, a, b] = [x, y, z].map((each) => each.slice([from, 0], [32, -1])) as [tf.Tensor, tf.Tensor, tf.Tensor];
    optimizer.minimize(() => {
      const [ya, yb] = model.apply(input) as [tf.Tensor, tf.Tensor];
      return losses({ a: ya, b: yb }, { a, b });
    });
  }
}

const squared = (label: tf.Tensor, prediction: tf.Tensor): tf.Scalar =>
  tf.losses.meanSquaredError(label, prediction) as tf.Scalar;

const whole = (predictions: { a: tf.Tensor; b: tf.Tensor }, labels: { a: tf.Tensor; b: tf.Tensor }): tf.Scalar => {
  const lossA = squared(labels.a, predictions.a);
  const lossB = squared(labels.b, predictions.b);
  return lossA.add(lossB);
};

async function fit(data: { inputs: number[][]; a: number[]; b: number[] }, epochs: number, more: object = {}) {
  const model = twoTowers();
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  await model.fit(tf.tensor2d(data.inputs), [column(data.a), column(data.b)], {
    epochs,
    batchSize: 32,
    shuffle: false,
    ...quiet,
    ...more,
  });
}

describe('the logarithm of 0 in the loss of b', () => {
  const message = /^At step 1 the loss of b is (?:∞|NaN) for the first time\. Log made it from finite numbers\.$/;

  it('is found at the logarithm, in fit', async () => {
    const model = twoTowers();
    const broken = (label: tf.Tensor, prediction: tf.Tensor): tf.Tensor => {
      const odds = prediction.sub(label).abs().mul(0);
      return odds./*@fitLog*/ log().neg();
    };
    model.compile({ optimizer: 'sgd', loss: ['meanSquaredError', broken as never] });
    const { inputs, a, b } = rows(32, 1);
    await model.fit(tf.tensor2d(inputs), [column(a), column(b)], { epochs: 1, ...quiet });
    const [finding] = findingsOf(watched);
    expect(finding).toMatchObject({ rule: 'nonFinite', severity: 'error', position: place('fitLog'), root: null });
    expect(inEnglish(...finding!.message)).toMatch(message);
    expect(loud(findingsOf(watched), watched)[0]).toBe('nonFinite: b');
  });

  it('is found at the logarithm, in a loop', () => {
    loop(rows(64, 2), 3, (predictions, labels) => {
      const lossA = squared(labels.a, predictions.a);
      const lossB = predictions.b.mul(0)./*@loopLog*/ log().mean();
      return lossA.add(lossB);
    });
    const [finding] = ofRule(findingsOf(watched), 'nonFinite');
    expect(finding).toMatchObject({ position: place('loopLog') });
    expect(loud(findingsOf(watched), watched)[0]).toBe('nonFinite: b');
  });
});

it('a rate that blows the weights up is found as such', async () => {
  const model = twoTowers();
  model.compile({ optimizer: tf.train.sgd(5), loss: 'meanSquaredError' });
  const { inputs, a, b } = rows(128, 3);
  await model.fit(tf.tensor2d(inputs), [column(a), column(b)], { epochs: 12, ...quiet });
  const [finding] = ofRule(findingsOf(watched), 'nonFinite');
  expect(inEnglish(...finding!.message)).toMatch(/Before that it had grown \S+-fold/);
  expect(finding!.advice[0]).toMatchObject({ id: 'rate', change: { factor: 0.1, value: 0.5 } });
});

describe('an operation without a gradient in the loss of b', () => {
  it('is found in fit and in a loop, before training throws', async () => {
    const model = twoTowers();
    const top = (label: tf.Tensor, prediction: tf.Tensor): tf.Tensor =>
      tf./*@fitTop*/ topk(prediction.sub(label).square().transpose(), 3).values.mean();
    model.compile({ optimizer: 'sgd', loss: ['meanSquaredError', top as never] });
    const { inputs, a, b } = rows(32, 1);
    await expect(
      model.fit(tf.tensor2d(inputs), [column(a), column(b)], { epochs: 1, batchSize: 3, ...quiet }),
    ).rejects.toThrow(/gradient function not found/);
    const [finding] = findingsOf(watched);
    expect(finding).toMatchObject({ rule: 'noGradient', severity: 'error', position: place('fitTop'), root: null });
    expect(loud(findingsOf(watched), watched)).toEqual(['noGradient: b']);
  });

  it('in a loop', () => {
    expect(() =>
      loop(rows(64, 2), 3, (predictions, labels) => {
        const lossA = squared(labels.a, predictions.a);
        const lossB = tf./*@loopTop*/ topk(predictions.b.transpose(), 3).values.mean();
        return lossA.add(lossB);
      }),
    ).toThrow(/gradient function not found/);
    expect(ofRule(findingsOf(watched), 'noGradient')).toMatchObject([{ position: place('loopTop') }]);
    expect(loud(findingsOf(watched), watched)).toEqual(['noGradient: b']);
  });
});

/** Two tasks that can be learned; then the labels of b, in another order. */
const orders = (seed: number) => {
  const data = rows(256, seed);
  const shuffled = [...data.b];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = data.random.index(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return { healthy: data, faulty: { ...data, b: shuffled } };
};
const known = (data: { a: number[]; b: number[] }) => [labelsOf(watched, 'a', data.a), labelsOf(watched, 'b', data.b)];

describe('labels of b that were shuffled', () => {
  const told: number[] = [];
  it.each([1, 2, 3, 4, 5, 6])('in fit (%i) nothing else is said of them', async (seed) => {
    const { faulty } = orders(seed);
    // What is learned by heart in the meantime depends on the order of the batches.
    const order = seededRandom(seed);
    const drawn = vi.spyOn(Math, 'random').mockImplementation(() => order.next());
    await fit(faulty, 20, { shuffle: true });
    drawn.mockRestore();
    const findings = findingsOf(watched, known(faulty));
    expect(loud(findings, watched).filter((each) => each !== 'noSignal: b')).toEqual([]);
    told.push(...ofRule(findings, 'noSignal').map(() => seed));
  });

  it('have no signal in most fits', () => {
    expect(told.length).toBeGreaterThan(3);
  });

  it('have none in a loop', () => {
    const { faulty } = orders(4);
    loop(faulty, 160, whole);
    expect(ofRule(findingsOf(watched, known(faulty)), 'noSignal')).toHaveLength(1);
  });

  it.each([
    ['trained well', () => tf.train.adam(0.01)],
    ['trained slowly', () => tf.train.adam(0.0005)],
    ['hardly trained', () => tf.train.sgd(1e-5)],
  ])('is nothing that is said of labels that can be learned, %s', (_, optimizer) => {
    const { healthy } = orders(5);
    loop(healthy, 160, whole, optimizer());
    expect(ofRule(findingsOf(watched, known(healthy)), 'noSignal')).toEqual([]);
  });
});

describe('labels far from 0', () => {
  const healthy = rows(128, 6);
  const far = { ...healthy, b: healthy.b.map((value) => 40 + value) };

  it('are a cold start in fit', async () => {
    await fit(far, 2);
    const [finding] = ofRule(findingsOf(watched, known(far)), 'coldStart');
    expect(finding).toMatchObject({ severity: 'information', expression: { of: 'target', task: 'b' } });
    expect(finding!.advice[0]!.change).toMatchObject({ of: 'target', task: 'b' });
  });

  it('are one in a loop', () => {
    loop(far, 200, whole, tf.train.adam(0.1));
    expect(ofRule(findingsOf(watched, known(far)), 'coldStart')).toHaveLength(1);
  });

  it('about 0 are none', () => {
    loop(healthy, 8, whole);
    expect(ofRule(findingsOf(watched, known(healthy)), 'coldStart')).toEqual([]);
  });
});

describe('b with few rows of noisy labels, and early stopping on val_loss', () => {
  /** A is easy; the labels of b are half noise. */
  const noisy = (count: number, seed: number) => {
    const data = rows(count, seed);
    const noise = normals(data.random, count);
    return { ...data, b: data.b.map((value, i) => value + noise[i]!) };
  };
  const [train, held] = [noisy(64, 7), noisy(200, 8)];
  const validationData = () => [tf.tensor2d(held.inputs), [column(held.a), column(held.b)]];

  it('is told at the callback, and what it lets happen under it', async () => {
    const callbacks = tf.callbacks./*@stopping*/ earlyStopping({ monitor: 'val_loss', patience: 60 });
    await fit(train, 60, { validationData: validationData(), callbacks });
    const findings = findingsOf(watched);
    expect(loud(findings, watched)).toEqual(['validationName: b', 'overfit: b']);
    expect(findings[0]).toMatchObject({ rule: 'validationName', position: place('stopping'), root: null });
    expect(findings[1]!.root).toBe(findings[0]!.id);
  });

  it('is told of training through the library, whose names are right', async () => {
    const mtl = compileMultiTask(twoTowers(), {
      tasks: { a: { loss: 'meanSquaredError' }, b: { loss: 'meanSquaredError' } },
      optimizer: (rate) => tf.train.adam(rate),
      learningRates: { shared: 0.01, a: 0.01, b: 0.01 },
    });
    // How far b overfits depends on the order of the batches.
    const order = seededRandom(3);
    const drawn = vi.spyOn(Math, 'random').mockImplementation(() => order.next());
    await mtl.fit(tf.tensor2d(train.inputs), { a: column(train.a), b: column(train.b) }, {
      epochs: 60,
      batchSize: 32,
      validationData: [tf.tensor2d(held.inputs), { a: column(held.a), b: column(held.b) }],
    } as never);
    drawn.mockRestore();
    expect(loud(findingsOf(watched), watched)).toEqual(['overfit: b']);
  });

  it('with rows enough, is nothing', async () => {
    const [many, others] = [rows(512, 9), rows(128, 10)];
    const data = [tf.tensor2d(others.inputs), [column(others.a), column(others.b)]];
    await fit(many, 20, { validationData: data });
    expect(loud(findingsOf(watched), watched)).toEqual([]);
  });
});
