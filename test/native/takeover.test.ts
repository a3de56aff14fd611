import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StepLine } from '../../src/core/run/record.ts';
import { linkTfjs, project, removeProjects } from '../process/project.ts';
import { train, type Trained } from '../process/trainScript.ts';
import { ensureNative, nodesToTest } from './native.ts';

const native = ensureNative();
afterEach(removeProjects);

const STEPS = 6;

/** 64 → 2 × 1024 → two heads, batch 512: some 570 million multiply-adds. Without arguments; `small`: a hundredth. */
const model = `
  import * as tf from '@tensorflow/tfjs';
  const [units, rows] = process.argv[2] === 'small' ? [64, 64] : [1024, 512];
  const input = tf.input({ shape: [64] });
  const trunk = [units, units].reduce((h, units) => tf.layers.dense({ units, activation: 'relu' }).apply(h), input);
  const outputs = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(trunk));
  const model = tf.model({ inputs: input, outputs });
  const seen = [];
  const note = (loss) => seen.push({ loss, backend: tf.getBackend(), tensors: tf.memory().numTensors });`;
const tell = `console.log(JSON.stringify({ seen, weights: model.getWeights().map((each) => [...each.dataSync().subarray(0, 50)]),
  finite: model.getWeights().every((each) => each.dataSync().every(Number.isFinite)), loaded: tf.engine().backendNames() }));`;

const scripts = {
  fit: `${model}
    const x = tf.randomNormal([rows * ${STEPS}, 64]), y = tf.randomNormal([rows * ${STEPS}, 1]);
    model.compile({ optimizer: tf.train.adam(0.001), loss: 'meanSquaredError' });
    const callbacks = { onBatchEnd: (_, { loss }) => note(loss) };
    await model.fit(x, [y, y.square()], { epochs: 1, batchSize: rows, callbacks });
    // As tfjs-node is not the script's, another call draws none of its progress bars.
    await model.fit(x.slice(0, rows), [y, y.square()].map((each) => each.slice(0, rows)), { epochs: 1, batchSize: rows });
    ${tell}`,
  'a loop': `${model}
    const optimizer = tf.train.adam(0.001);
    for (let step = 0; step < ${STEPS}; step++) {
      const loss = optimizer.minimize(() => {
        const x = tf.randomNormal([rows, 64]), y = x.sum(1, true);
        const [a, b] = model.apply(x, { training: true });
        return tf.losses.meanSquaredError(y, a).add(tf.losses.meanSquaredError(y.tanh(), b));
      }, true);
      note(loss.dataSync()[0]);
      loss.dispose();
    }
    ${tell}`,
};

interface Told {
  readonly seen: readonly { readonly loss: number; readonly backend: string; readonly tensors: number }[];
  readonly weights: number[][];
  readonly finite: boolean;
  readonly loaded: string[];
}

const near = (value: unknown, expected: unknown, what: string, tolerance = 1e-4): void => {
  expect(Math.abs(Number(value) / Number(expected) - 1), what).toBeLessThan(tolerance);
};
const deepLines = ({ lines }: Trained): StepLine[] => lines.filter((line) => line.type === 'step');

describe.skipIf(native === null).each(nodesToTest())('under auto, on Node $version', (node) => {
  const run = async (
    script: string,
    backend: 'auto' | 'wasm',
    args: string[] = [],
  ): Promise<{ told: Told; trained: Trained }> => {
    const folder = project({ 'main.mjs': script });
    linkTfjs(folder);
    const options = { env: native?.env ?? {}, nodePath: node.path, backend, args, every: null };
    const trained = await train(path.join(folder, 'main.mjs'), options);
    expect(trained, trained.stderr).toMatchObject({ exitCode: 0, stderr: '' });
    return { trained, told: JSON.parse(trained.stdout) as Told };
  };

  it.each(Object.entries(scripts))('a large model moves to tfjs-node at its second step: %s', async (_, script) => {
    const [moved, again] = [await run(script, 'auto'), await run(script, 'auto')];
    const stayed = await run(script, 'wasm');
    expect(moved.told.seen.map(({ backend }) => backend)).toEqual([
      'wasm',
      ...Array.from({ length: STEPS - 1 }, () => 'tensorflow'),
    ]);
    expect(moved.trained.lines.filter(({ type }) => type === 'backend')).toEqual([
      {
        type: 'backend',
        step: 2,
        name: 'tensorflow',
        reason:
          'A step of this model makes 571 million multiply-adds, with which tfjs-node is faster: ' +
          'the one that was set up for you, because @tensorflow/tfjs-node is not installed.',
      },
    ]);
    expect(moved.trained.end).toMatchObject({ state: 'finished', steps: stayed.trained.end?.steps });
    expect(moved.told.finite).toBe(true);
    expect(new Set(moved.told.seen.slice(2).map(({ tensors }) => tensors)).size, 'no tensor is left over').toBe(1);
    expect(moved.told.seen.map(({ tensors }) => tensors)).toEqual(stayed.told.seen.map(({ tensors }) => tensors));
    moved.told.seen.forEach(({ loss }, step) => near(loss, stayed.told.seen[step]?.loss, `loss of step ${step + 1}`));
    // The same run again is the same to the bit.
    expect(again.told.weights).toEqual(moved.told.weights);
    expect(again.told.seen).toEqual(moved.told.seen);
    // What was watched is what was watched on wasm, before and after.
    const [here, there] = [deepLines(moved.trained), deepLines(stayed.trained)];
    expect(here.map(({ step }) => step)).toEqual(expect.arrayContaining([1, 2]));
    for (const line of here) {
      const other = there.find(({ step }) => step === line.step);
      for (const [id, group] of other === undefined ? [] : Object.entries(line.groups)) {
        const theirs = other?.groups[id];
        group.norm.forEach((norm, i) => near(norm, theirs?.norm[i], `norm of ${id} at step ${line.step}`, 1e-3));
        near(group.updateRatio, theirs?.updateRatio, `update of ${id} at step ${line.step}`, 1e-2);
      }
    }
  });

  it('tensors of every kind that the script has made before move as they are', async () => {
    const script = `import * as tf from '@tensorflow/tfjs';
      const complex = tf.complex([1, 2, 3, 4], [0, 1, 0, -1]), bool = tf.tensor1d([true, false, true]);
      const text = tf.tensor1d(['ä', 'bc']), whole = tf.tensor1d([1, -2, 3], 'int32'), none = tf.zeros([0, 3]);
      const w = tf.variable(tf.randomNormal([1000, 1000], 0, 0.03)), before = w.clone(), view = before.reshape([-1]);
      const x = tf.randomNormal([300, 1000]), optimizer = tf.train.sgd(1);
      for (let step = 0; step < 3; step++) optimizer.minimize(() => x.matMul(w).square().mean());
      const told = [tf.getBackend(), complex, tf.real(tf.fft(complex)), tf.imag(complex), bool.logicalNot(), bool, text.reshape([2, 1]),
        whole.mul(2), none.concat(tf.ones([1, 3])), before.equal(view.reshape(before.shape)).all(), before.equal(w).all()];
      console.log(told.map((each) => (typeof each === 'string' ? each : each.dataSync().join())).join(' '));`;
    const folder = project({ 'main.mjs': script });
    linkTfjs(folder);
    const options = { env: native?.env ?? {}, nodePath: node.path, backend: 'auto' } as const;
    const trained = await train(path.join(folder, 'main.mjs'), options);
    expect(trained, trained.stderr).toMatchObject({
      exitCode: 0,
      stdout: 'tensorflow 1,0,2,1,3,0,4,-1 10,0,-2,-4 0,1,0,-1 0,1,0 1,0,1 ä,bc 2,-4,6 1,1,1 1 0\n',
    });
  });

  it.each(Object.entries(scripts))('a small one stays on wasm, and tfjs-node is not loaded: %s', async (_, script) => {
    const { told, trained } = await run(script, 'auto', ['small']);
    expect(told.seen.map(({ backend }) => backend)).toEqual(Array.from({ length: STEPS }, () => 'wasm'));
    expect(told.loaded).not.toContain('tensorflow');
    expect(trained.lines.filter(({ type }) => type === 'backend')).toEqual([]);
  });
});
