import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal, twoHeads } from './twoHeads.ts';

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

const state = (task: string, group: string): string | undefined =>
  watched.graph().paths.find((path) => path.task === task && path.group === group)?.state;

describe('places inside a model', () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  const lineOf = (mark: string): number => source.findIndex((line) => line.includes(`// @${mark}`)) + 1;

  it('a built-in layer whose units are all dead is named, at the line that makes it', async () => {
    const input = tf.input({ shape: [4] });
    const h = tf.layers.dense({ units: 5, activation: 'tanh' }).apply(input) as tf.SymbolicTensor;
    const bias = tf.initializers.constant({ value: -100 });
    const tower = tf.layers.dense({ units: 3, activation: 'relu', name: 'deadTower', biasInitializer: bias }); // @dead
    const outputs = [
      tf.layers.dense({ units: 1, name: 'click' }).apply(tower.apply(h)) as tf.SymbolicTensor,
      tf.layers.dense({ units: 1, name: 'dwell' }).apply(h) as tf.SymbolicTensor,
    ];
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.trainOnBatch(normal([8, 4], 1), [normal([8, 1], 2), normal([8, 1], 3)]);
    watched.observation.flush();
    expect(watched.graph().cuts).toMatchObject([
      { kind: 'dead', op: 'Relu', layer: 'deadTower', position: { line: lineOf('dead') } },
    ]);
    expect(state('click', 'shared(click+dwell)')).toBe('zero');
    expect(state('dwell', 'shared(click+dwell)')).toBe('flows');
  });

  it('an op in a custom loss of fit is named by the user’s own line', async () => {
    const model = twoHeads();
    const rounded = (y: tf.Tensor, prediction: tf.Tensor): tf.Tensor =>
      tf.losses.meanSquaredError(y, prediction.round()); // @rounded
    model.compile({ optimizer: 'sgd', loss: [rounded, tf.metrics.meanSquaredError] });
    await model.trainOnBatch(normal([8, 4], 1), [normal([8, 1], 2), normal([8, 1], 3)]);
    watched.observation.flush();
    expect(watched.graph().cuts).toMatchObject([
      { kind: 'zeroGradient', op: 'Round', position: { line: lineOf('rounded') } },
    ]);
    expect(state('click', 'tower(click)')).toBe('zero');
  });
});
