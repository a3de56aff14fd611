import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
const lineOf = (mark: string): number => source.findIndex((line) => line.includes(`// @${mark}`)) + 1;

let watched: Watched;
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

const events = () => watched.lines.filter((line) => line.type === 'event');

/** 10 alternations of +1·a and -100·b with Adam, rate 0.1: the right answer is a = -1, b = +1. */
function alternate(first: tf.Optimizer, second: tf.Optimizer): [number, number] {
  const a = tf.variable(tf.scalar(0), true, 'a');
  const b = tf.variable(tf.scalar(0), true, 'b');
  for (let step = 0; step < 10; step++) {
    first.minimize(() => a.mul(1).asScalar());
    second.minimize(() => b.mul(-100).asScalar()); // @second
  }
  return [a.dataSync()[0]!, b.dataSync()[0]!];
}

it('one Adam for two losses in turn mixes their moments, silently: said at the line, with the way out', () => {
  const adam = tf.train.adam(0.1);
  const [a, b] = alternate(adam, adam);
  expect(a).toBeCloseTo(0.48, 3);
  expect(b).toBeCloseTo(0.737, 3);
  expect(events()).toMatchObject([{ kind: 'optimizerState', step: 2, position: { line: lineOf('second') } }]);
  expect(events()[0]!.message).toContain('Adam applies the moments of a to b');
  expect(events()[0]!.message).toContain('Give each loss an optimizer of its own');
});

it('two optimizers, or one that keeps nothing, are right and stay silent', () => {
  const [a, b] = alternate(tf.train.adam(0.1), tf.train.adam(0.1));
  expect(a).toBeCloseTo(-1, 3);
  expect(b).toBeCloseTo(1, 3);
  tf.disposeVariables();
  const sgd = tf.train.sgd(0.01);
  alternate(sgd, sgd);
  expect(events()).toEqual([]);
});

it('a trunk that is frozen before the model is compiled again with the same Adam', async () => {
  const model = twoHeads();
  const optimizer = tf.train.adam(0.01);
  const compile = (): void => model.compile({ optimizer, loss: 'meanSquaredError' });
  const [x, y, z] = [normal([8, 4], 1), normal([8, 1], 2), normal([8, 1], 3)];
  compile();
  await model.trainOnBatch(x, [y, z]);
  await model.trainOnBatch(x, [y, z]);
  expect(events()).toEqual([]);
  model.getLayer('trunk').trainable = false;
  compile();
  // The shapes differ here, so tfjs throws; what it says names neither optimizer nor variable.
  await expect(model.trainOnBatch(x, [y, z])).rejects.toThrow(/broadcast/);
  expect(events()).toMatchObject([{ kind: 'optimizerState', step: 3 }]);
  expect(events()[0]!.message).toMatch(/moments of trunk\/kernel\S* to click\/kernel/);
});
