import * as tf from '@tensorflow/tfjs';
import { caGrad, compileMultiTask, dwa, gradNorm, mgda, pcGrad, type MethodWeighting } from 'mtl-debugger';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

let watched: Watched | null = null;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => {
  watched?.observation.uninstall();
  watched = null;
  tf.disposeVariables();
});

/** Two heads whose losses lie a hundredfold apart; twelve steps of Adam. Returns all weights. */
async function train(weighting: MethodWeighting): Promise<number[]> {
  const init = (seed: number) => tf.initializers.randomNormal({ stddev: 0.5, seed });
  const input = tf.input({ shape: [4] });
  const dense = (name: string, units: number, seed: number) =>
    tf.layers.dense({ units, name, activation: name === 'trunk' ? 'tanh' : 'linear', kernelInitializer: init(seed) });
  const h = dense('trunk', 6, 1).apply(input) as tf.SymbolicTensor;
  const outputs = [dense('small', 1, 2).apply(h), dense('large', 1, 3).apply(h)] as tf.SymbolicTensor[];
  const model = tf.model({ inputs: input, outputs });
  const mtl = compileMultiTask(model, {
    tasks: { small: { loss: 'meanSquaredError' }, large: { loss: 'meanSquaredError', weight: 0.5 } },
    optimizer: (rate) => tf.train.adam(rate),
    learningRates: 0.01,
    weighting,
  });
  const x = normal([24, 4], 4);
  const labels = { small: normal([24, 1], 5), large: normal([24, 1], 6).mul(10) };
  await mtl.fit(x, labels, { epochs: 4, batchSize: 8, shuffle: false });
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  mtl.dispose();
  model.dispose();
  tf.disposeVariables();
  return weights;
}

describe('weighting methods of the library, watched', () => {
  it.each([
    ['mgda', mgda],
    ['pcGrad', pcGrad],
    ['caGrad', caGrad],
    ['gradNorm', () => gradNorm({ learningRate: 0.1 })],
    ['dwa', () => dwa({ every: 2 })],
  ] as const)('%s: the same weights to the bit, and what it weighed by is on record', async (_, make) => {
    const plain = await train(make());
    watched = watchThisProcess(1);
    const weighting = make();
    expect(await train(weighting)).toEqual(plain);
    watched.observation.flush();

    const graph = watched.graph();
    expect(graph.terms.map(({ id }) => id)).toEqual(['small', 'large']);
    expect(graph.cuts).toEqual([]);
    // A method may give a task nothing, so a path may be zero; none is cut.
    expect(graph.paths.filter(({ state }) => state === 'cut')).toEqual([]);
    const steps = watched.steps();
    expect(steps).toHaveLength(12);
    const share = steps.at(-1)!.groups['shared(large+small)']!.share!;
    expect(share.map(Number).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    const moved = new Set(steps.map(({ loss }) => JSON.stringify(loss.map(({ weight }) => weight))));
    expect(moved.size).toBeGreaterThan(1);
  });

  it('the weight on record is the user’s own times the method’s', async () => {
    watched = watchThisProcess(1);
    const weighting = gradNorm({ learningRate: 0.1 });
    await train(weighting);
    watched.observation.flush();
    const { loss } = watched.steps().at(-1)!;
    const [small, large] = loss.map(({ weight }) => Number(weight));
    expect(small! + 2 * large!).toBeCloseTo(2, 5);
  });
});
