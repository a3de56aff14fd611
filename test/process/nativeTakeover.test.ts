import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BackendLine } from '../../src/core/run/record.ts';
import { nativePackages } from '../nativePackages.ts';
import { linkTfjs, project, removeProjects } from './project.ts';
import { train, type Trained } from './trainScript.ts';

afterEach(removeProjects);

/** A million weights: a forward pass makes as many million multiply-adds as there are rows. */
const loop = `
  const w = tf.variable(tf.randomNormal([1000, 1000], 0, 0.03)), optimizer = tf.train.momentum(0.001, 0.9);
  const x = tf.randomNormal([Number(process.argv[2]), 1000]);
  const seen = [];
  for (let step = 0; step < 5; step++) {
    const loss = optimizer.minimize(() => x.matMul(w).square().mean(), true);
    seen.push({ backend: tf.getBackend(), tensors: tf.memory().numTensors, loss: loss.dataSync()[0] });
    loss.dispose();
  }
  console.log(JSON.stringify(seen));`;

interface Seen {
  readonly backend: string;
  readonly tensors: number;
  readonly loss: number;
}

async function trainRows(
  rows: number,
  native: keyof typeof nativePackages | null,
  first = '',
): Promise<{ seen: Seen[]; backends: BackendLine[]; trained: Trained }> {
  const folder = project({
    'main.mjs': `import * as tf from '@tensorflow/tfjs'; ${first} ${loop}`,
    ...(native === null
      ? {}
      : {
          'node_modules/@tensorflow/tfjs-node/package.json': '{ "main": "index.js" }',
          'node_modules/@tensorflow/tfjs-node/index.js': `console.error('loaded'); ${nativePackages[native]}`,
        }),
  });
  linkTfjs(folder);
  const trained = await train(path.join(folder, 'main.mjs'), { backend: 'auto', args: [String(rows)], every: null });
  expect(trained.exitCode, trained.stderr).toBe(0);
  const seen = JSON.parse(trained.stdout) as Seen[];
  expect(new Set(seen.slice(2).map(({ tensors }) => tensors)).size, 'no tensor is left over').toBe(1);
  return { seen, trained, backends: trained.lines.filter((line) => line.type === 'backend') };
}

const onWasm = Array.from({ length: 5 }, () => 'wasm');
const backendsOf = (seen: readonly Seen[]): string[] => seen.map(({ backend }) => backend);

describe('under auto, tfjs-node', () => {
  it('takes over from the second step on, where a step makes 150 million multiply-adds', async () => {
    const [moved, stayed] = [await trainRows(150, 'working'), await trainRows(150, null)];
    expect(backendsOf(moved.seen)).toEqual(['wasm', ...Array.from({ length: 4 }, () => 'tensorflow')]);
    expect(moved.trained.header.backend.name).toBe('wasm');
    expect(moved.backends).toEqual([
      {
        type: 'backend',
        step: 2,
        name: 'tensorflow',
        reason:
          'A step of this model makes 150 million multiply-adds, with which tfjs-node is faster: ' +
          '@tensorflow/tfjs-node is installed and loads.',
      },
    ]);
    // The backends add in other orders; weights and moments were not lost on the way.
    moved.seen.forEach(({ loss }, step) => {
      expect(Math.abs(loss / (stayed.seen[step]?.loss ?? NaN) - 1)).toBeLessThan(1e-4);
    });
    expect(backendsOf(stayed.seen)).toEqual(onWasm);
    expect(stayed).toMatchObject({ backends: [], trained: { stderr: '' } });
  });

  it('is not even loaded for a smaller one', async () => {
    const { seen, backends, trained } = await trainRows(149, 'working');
    expect(backendsOf(seen)).toEqual(onWasm);
    expect(backends).toEqual([]);
    expect(trained.stderr).toBe('');
  });

  it('is left alone where the script sets its backend itself', async () => {
    const { seen, backends, trained } = await trainRows(150, 'working', `await tf.setBackend('wasm');`);
    expect(backendsOf(seen)).toEqual(onWasm);
    expect(backends).toEqual([]);
    expect(trained.stderr).toBe('');
  });

  it.each([
    ['never downloaded', '(its native library was never downloaded).'],
    ['failing on its first product', "(Kernel 'BatchMatMul' not registered for backend 'tensorflow')."],
  ] as const)('that is %s leaves the run on wasm, which says why', async (state, why) => {
    const { seen, backends } = await trainRows(150, state);
    expect(backendsOf(seen)).toEqual(onWasm);
    expect(backends).toEqual([
      {
        type: 'backend',
        step: 2,
        name: 'wasm',
        reason:
          'A step of this model makes 150 million multiply-adds, with which tfjs-node would be faster: ' +
          `@tensorflow/tfjs-node is installed but does not load ${why}`,
      },
    ]);
  });
});
