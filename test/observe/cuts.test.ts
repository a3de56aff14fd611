import * as tf from '@tensorflow/tfjs';
import { stopGradient } from 'mtl-debugger';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';

const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
/** 1-based line of the comment that marks an expression. */
const lineOf = (mark: string): number => source.findIndex((line) => line.includes(`// @${mark}`)) + 1;

let watched: Watched;
let variables: Record<'trunk' | 'wA' | 'wB' | 'wBfromA', tf.Variable>;
const x = tf.randomNormal([12, 4], 0, 1, 'float32', 3);
const [yA, yB] = [tf.randomNormal([12, 1], 0, 1, 'float32', 4), tf.randomNormal([12, 1], 0, 1, 'float32', 5)];

beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  watched = watchThisProcess(1);
  const trunk = tf.variable(tf.randomNormal([4, 5], 0, 1, 'float32', 6));
  const wA = tf.variable(tf.randomNormal([5, 1], 0, 1, 'float32', 7));
  const wB = tf.variable(tf.randomNormal([5, 1], 0, 1, 'float32', 8));
  const wBfromA = tf.variable(tf.randomNormal([1, 1], 0, 1, 'float32', 9));
  variables = { trunk, wA, wB, wBfromA };
});
afterEach(() => {
  watched.observation.uninstall();
  tf.dispose(variables);
});

type Change = (tensor: tf.Tensor) => tf.Tensor;
const same: Change = (tensor) => tensor;

/** One step of a feed-shaped model: B uses A's prediction, through `feature`; B's input from the trunk, through `input`. */
interface Options {
  feature?: Change;
  input?: Change;
  list?: tf.Variable[];
  optimizer?: tf.Optimizer;
}

function train({ feature = same, input = same, list, optimizer = tf.train.sgd(0.01) }: Options = {}): void {
  const { trunk, wA, wB, wBfromA } = variables;
  optimizer.minimize(
    () => {
      const h = x.matMul(trunk);
      const predictionA = h.matMul(wA);
      const predictionB = input(h).matMul(wB).add(feature(predictionA).matMul(wBfromA));
      const lossA = tf.losses.meanSquaredError(yA, predictionA); // @lossA
      const lossB = tf.losses.meanSquaredError(yB, predictionB);
      return tf.add(lossA, lossB) as tf.Scalar;
    },
    false,
    list,
  );
  watched.observation.flush();
}

const state = (task: string, group: string) =>
  watched.graph().paths.find((path) => path.task === task && path.group === group);
const groupIds = () => watched.graph().groups.map(({ id }) => id);
const norm = (group: string, task: string): number => {
  const measure = watched.steps().at(-1)!.groups[group];
  return Number(measure?.norm[measure.terms.indexOf(task)]);
};

describe('tasks and groups of a loop of its own', () => {
  it('names tasks by the variables that keep their losses, and groups by dominance', () => {
    train();
    expect(watched.graph().terms.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(watched.graph().terms[0]?.position?.line).toBe(lineOf('lossA'));
    expect(groupIds()).toEqual(['shared(a+b)', 'tower(a)', 'tower(b)']);
    expect(watched.graph().groups[0]?.variables.map(({ name }) => name)).toEqual(['trunk']);
    expect(watched.graph().cuts).toEqual([]);
  });
});

describe('losses that a tidy disposes of', () => {
  it('are read all the same', () => {
    const { trunk, wA, wB } = variables;
    tf.train.sgd(0.01).minimize(() =>
      tf.tidy(() => {
        const near = tf.tidy(() => tf.losses.meanSquaredError(yA, x.matMul(trunk).matMul(wA)));
        const far = tf.losses.meanSquaredError(yB, x.matMul(trunk).matMul(wB));
        return tf.add(near, far.mul(0.5)) as tf.Scalar;
      }),
    );
    watched.observation.flush();
    const [step] = watched.steps();
    const [near, far] = step!.loss;
    expect(Number(near!.weighted) + Number(far!.weighted)).toBeCloseTo(Number(step!.total), 5);
    expect([near!.weight, far!.weight]).toEqual([1, 0.5]);
  });
});

describe('E12: what flows through a prediction', () => {
  it('leaving out the edges at the prediction gives the norms of a model with stop-gradient', () => {
    train();
    expect(state('b', 'tower(a)')?.state).toBe('flows');
    expect(norm('tower(a)', 'b')).toBeGreaterThan(0);
    const [use] = watched.graph().features;
    expect(use).toMatchObject({ of: 'a', usedBy: 'b', carries: true, declared: false });
    const through = Object.fromEntries(
      use!.groups.map(({ group, norm: all, without }) => [group, { all: Number(all), without: Number(without) }]),
    );
    expect(through['shared(a+b)']!.all).toBeCloseTo(norm('shared(a+b)', 'b'), 6);
    expect(through['tower(a)']!.without).toBe(0);
    watched.observation.uninstall();

    watched = watchThisProcess(1);
    train({ feature: (prediction) => stopGradient(prediction) });
    expect(groupIds()).toEqual(['shared(a+b)', 'tower(a)', 'tower(b)']);
    expect(state('b', 'tower(a)')).toMatchObject({ state: 'cut', declared: true });
    expect(watched.graph().features[0]).toMatchObject({ of: 'a', usedBy: 'b', carries: false, declared: true });
  });

  it('to 1e-6, from the same weights', () => {
    const trunkBefore = variables.trunk.dataSync().slice();
    train();
    const [use] = watched.graph().features;
    const without = Number(use!.groups.find(({ group }) => group === 'shared(a+b)')!.without);
    const restore = (): void => variables.trunk.assign(tf.tensor(trunkBefore, [4, 5]));
    restore();
    for (const name of ['wA', 'wB', 'wBfromA'] as const) {
      const seed = { wA: 7, wB: 8, wBfromA: 9 }[name];
      variables[name].assign(tf.randomNormal(variables[name].shape, 0, 1, 'float32', seed));
    }
    train({ feature: (prediction) => stopGradient(prediction) });
    expect(Math.abs(norm('shared(a+b)', 'b') / without - 1)).toBeLessThan(1e-6);
  });
});

describe('E6: how a cut looks', () => {
  it('a prediction read with dataSync and built anew is a detach, at that line', () => {
    train({
      feature: (prediction) => tf.tensor(prediction.dataSync(), prediction.shape), // @detach
    });
    expect(state('b', 'tower(a)')).toMatchObject({ state: 'cut', declared: false });
    const [cut] = watched.graph().cuts;
    expect(cut).toMatchObject({
      kind: 'detach',
      op: 'dataSync',
      declared: false,
      position: { line: lineOf('detach') },
    });
    expect(cut?.pairs).toContainEqual({ task: 'b', group: 'tower(a)', complete: true });
    expect(cut?.pairs).toContainEqual({ task: 'b', group: 'shared(a+b)', complete: false });
  });

  it('a detach of the trunk leaves the trunk shared and cuts task B off', () => {
    train({
      feature: (prediction) => stopGradient(prediction),
      input: (h) => tf.tensor2d(h.arraySync() as number[][]).mul(1), // @trunk
    });
    expect(groupIds()).toEqual(['shared(a+b)', 'tower(a)', 'tower(b)']);
    expect(state('b', 'shared(a+b)')).toMatchObject({ state: 'cut', declared: false });
    const detach = watched.graph().cuts.find(({ kind }) => kind === 'detach');
    expect(detach?.position?.line).toBe(lineOf('trunk'));
  });

  it('values that were changed in JavaScript are still a detach; a loss that is only logged is not', () => {
    const logged: number[] = [];
    train({
      feature: (prediction) => {
        logged.push(...prediction.dataSync());
        return prediction;
      },
    });
    expect(watched.graph().cuts).toEqual([]);
    watched.observation.uninstall();
    watched = watchThisProcess(1);
    train({
      feature: (prediction) => {
        const values = prediction.dataSync().map((value) => 2 * value - 1); // @changed
        return tf.tensor(values, prediction.shape);
      },
    });
    expect(watched.graph().cuts[0]).toMatchObject({ kind: 'detach', position: { line: lineOf('changed') } });
    expect(logged).toHaveLength(12);
  });

  it('a custom gradient of zeros is connected and blocked', () => {
    const idiom = tf.customGrad((tensor: tf.Tensor | ((tensors: tf.Tensor[]) => void)) => ({
      value: (tensor as tf.Tensor).clone(),
      gradFunc: (dy: tf.Tensor) => dy.zerosLike(),
    }));
    train({
      feature: (prediction) => idiom(prediction), // @custom
    });
    expect(state('b', 'tower(a)')).toMatchObject({ state: 'zero', declared: false });
    expect(norm('tower(a)', 'b')).toBe(0);
    expect(watched.graph().cuts).toHaveLength(1);
    expect(watched.graph().cuts[0]).toMatchObject({ kind: 'customGradient', position: { line: lineOf('custom') } });
  });

  it.each(['round', 'floor', 'ceil', 'sign', 'step'] as const)('%s is an op without a gradient other than 0', (op) => {
    train({
      feature: (prediction) => prediction[op](), // @zeroOp
    });
    expect(state('b', 'tower(a)')?.state).toBe('zero');
    const [cut, ...more] = watched.graph().cuts;
    expect(more).toEqual([]);
    expect(cut).toMatchObject({ kind: 'zeroGradient', position: { line: lineOf('zeroOp') } });
    expect(cut?.op.toLowerCase()).toBe(op);
  });

  it('a dead ReLU is told from an op that never carries a gradient', () => {
    train({
      feature: (prediction) => prediction.sub(1000).relu(), // @dead
    });
    expect(state('b', 'tower(a)')?.state).toBe('zero');
    expect(watched.graph().cuts[0]).toMatchObject({ kind: 'dead', op: 'Relu', position: { line: lineOf('dead') } });
  });

  it('a cast to int32 lets the gradient pass, and is named', () => {
    train({
      feature: (prediction) => prediction.mul(100).toInt().toFloat(), // @cast
    });
    expect(state('b', 'tower(a)')?.state).toBe('flows');
    expect(watched.graph().cuts).toMatchObject([
      { kind: 'passThrough', op: 'Cast', position: { line: lineOf('cast') } },
    ]);
  });

  it('an op without gradient throws in tfjs; the record names it and its line before', () => {
    expect(() =>
      train({
        feature: (prediction) => tf.topk(prediction.reshape([12]), 12).values.reshape([12, 1]), // @topk
      }),
    ).toThrow('gradient function not found for TopK');
    expect(watched.graph().cuts[0]).toMatchObject({
      kind: 'noGradient',
      op: 'TopK',
      position: { line: lineOf('topk') },
    });
  });

  it('a variable that is frozen or left out of the list is excluded from training', () => {
    variables.trunk.trainable = false;
    train();
    expect(state('a', 'shared(a+b)')?.state).toBe('excluded');
    expect(watched.graph().groups[0]?.variables[0]).toMatchObject({ name: 'trunk', status: 'frozen' });
    watched.observation.uninstall();
    watched = watchThisProcess(1);
    variables.trunk.trainable = true;
    train({ list: [variables.trunk, variables.wA] });
    expect(state('b', 'tower(b)')?.state).toBe('excluded');
    expect(watched.graph().groups.find(({ id }) => id === 'tower(b)')?.variables[0]?.status).toBe('notListed');
  });

  it('a head outside the loss is unreached', () => {
    const forgotten = tf.variable(tf.zeros([5, 2]));
    train();
    const group = watched.graph().groups.find(({ id }) => id === 'unreached');
    expect(group?.variables.map(({ name }) => name)).toEqual(['forgotten']);
    forgotten.dispose();
  });

  it('a path that dies late is found when it dies', () => {
    let shift = 1000;
    const options = { feature: (prediction: tf.Tensor) => prediction.add(shift).relu(), optimizer: tf.train.sgd(1e-6) };
    train(options);
    expect(state('b', 'tower(a)')?.state).toBe('flows');
    shift = -1000;
    train(options);
    expect(state('b', 'tower(a)')?.state).toBe('zero');
    expect(watched.graph().cuts).toMatchObject([{ kind: 'dead', op: 'Relu' }]);
    expect(watched.graph().step).toBe(2);
  });
});
