import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { seedRandomness, type SeededRandomness } from './seed.ts';
import { trainWithAllRandomness } from './trainWithAllRandomness.ts';

let installed: SeededRandomness | null = null;

function seed(value: number): SeededRandomness {
  installed = seedRandomness(tf, value);
  return installed;
}

afterEach(() => {
  installed?.uninstall();
  installed = null;
});

async function orderOf(dataset: tf.data.Dataset<tf.TensorContainer>): Promise<number[]> {
  return (await dataset.toArray()) as number[];
}

const numbers = () => tf.data.array(Array.from({ length: 30 }, (_, i) => i)) as tf.data.Dataset<tf.TensorContainer>;

describe('seedRandomness', () => {
  it('trains the same model to the same weights twice in one process, and to others with another seed', async () => {
    seed(42);
    const first = await trainWithAllRandomness(tf);
    installed?.uninstall();
    seed(42);
    expect(await trainWithAllRandomness(tf)).toEqual(first);
    installed?.uninstall();
    seed(43);
    expect(await trainWithAllRandomness(tf)).not.toEqual(first);
  });

  it('trains the same model to the same weights in two processes', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'seed-'));
    try {
      await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'), 'junction');
      await build({
        stdin: {
          contents: `
            import * as tf from '@tensorflow/tfjs';
            import { seedRandomness } from './seed.ts';
            import { trainWithAllRandomness } from './trainWithAllRandomness.ts';
            seedRandomness(tf, Number(process.argv[2]));
            const shuffled = await tf.data.array([...Array(30).keys()]).shuffle(30).toArray();
            console.log(JSON.stringify([...await trainWithAllRandomness(tf), ...shuffled]));`,
          resolveDir: import.meta.dirname,
          loader: 'js',
        },
        bundle: true,
        platform: 'node',
        format: 'esm',
        external: ['@tensorflow/*'],
        outfile: path.join(folder, 'train.mjs'),
      });
      const run = async (value: number) => {
        const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, 'train.mjs'), String(value)]);
        return JSON.parse(stdout) as number[];
      };
      const [first, second, other] = [await run(42), await run(42), await run(7)];
      expect(first.length).toBe(6 * 3 + 6 + 6 + 1 + 30);
      expect(second).toEqual(first);
      expect(other).not.toEqual(first);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('pins shuffles of tf.data that have no seed, and leaves those that have one alone', async () => {
    const withOwnSeed = await orderOf(numbers().shuffle(30, 'mine'));
    const orders: number[][] = [];
    for (let i = 0; i < 2; i++) {
      const { uninstall } = seed(5);
      const dataset = numbers().shuffle(30);
      // The second pass is in another order, as tf.data does by default.
      orders.push([
        ...(await orderOf(dataset)),
        ...(await orderOf(dataset)),
        ...(await orderOf(numbers().shuffle(30))),
      ]);
      expect(await orderOf(numbers().shuffle(30, 'mine'))).toEqual(withOwnSeed);
      uninstall();
    }
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[0]!.slice(30, 60)).not.toEqual(orders[0]!.slice(0, 30));
    expect(orders[0]!.slice(60)).not.toEqual(orders[0]!.slice(0, 30));
    expect(orders[0]!.slice(0, 30).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  it('can be put back, so that extra draws do not move what follows', () => {
    const randomness = seed(9);
    Math.random();
    const before = randomness.snapshot();
    const expected = [Math.random(), Math.random(), Math.random()];
    randomness.restore(before);
    tf.tidy(() => tf.dropout(tf.ones([50]), 0.5));
    randomness.restore(before);
    expect([Math.random(), Math.random(), Math.random()]).toEqual(expected);
    expect(() => randomness.restore([1, 2])).toThrow('restore() takes what snapshot() gave.');
  });

  it('gives everything back', () => {
    const { random } = Math;
    const shuffle: unknown = Reflect.get(tf.data.Dataset.prototype, 'shuffle');
    const { uninstall } = seed(1);
    expect(Math.random).not.toBe(random);
    uninstall();
    expect(Math.random).toBe(random);
    expect(Reflect.get(tf.data.Dataset.prototype, 'shuffle')).toBe(shuffle);
  });

  it('leaves a Math.random that the script has set meanwhile', () => {
    const stock = Math.random;
    const { uninstall } = seed(1);
    const own = () => 0.5;
    Math.random = own;
    uninstall();
    expect(Math.random).toBe(own);
    Math.random = stock;
  });

  it('refuses what is no number', () => {
    expect(() => seedRandomness(tf, NaN)).toThrow('A seed must be a finite number, such as 42, but it is NaN.');
  });
});
