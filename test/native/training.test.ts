import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hasEnded } from '../process/hasEnded.ts';
import { endlessLoops } from '../process/models.ts';
import { linkTfjs, project, removeProjects } from '../process/project.ts';
import { start, train } from '../process/trainScript.ts';
import { ensureNative, nodesToTest } from './native.ts';

const native = ensureNative();
afterEach(removeProjects);

const twoTasks = `
  const x = tf.randomNormal([32, 6], 0, 1, 'float32', 1), y = tf.randomNormal([32, 1], 0, 1, 'float32', 2);
  const input = tf.input({ shape: [6] });
  const trunk = tf.layers.dense({ units: 8, activation: 'relu' }).apply(input);
  const outputs = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(trunk));
  const model = tf.model({ inputs: input, outputs });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });`;

/** What the record says of a script that imports it. */
const imported = (why: string): string =>
  'The script imports @tensorflow/tfjs-node: the one that was set up for you, because ' +
  `@tensorflow/tfjs-node ${why}.`;

describe.skipIf(native === null).each(nodesToTest())('training on the native backend, on Node $version', (node) => {
  const options = { env: native?.env ?? {}, nodePath: node.path, backend: 'auto' } as const;
  const asked = { ...options, backend: 'node' } as const;

  it.each([
    ['import', 'main.mjs', "import * as tf from '@tensorflow/tfjs-node'; import { engine } from '@tensorflow/tfjs';"],
    ['require', 'main.cjs', "const tf = require('@tensorflow/tfjs-node'), { engine } = require('@tensorflow/tfjs');"],
    ['require of the GPU package', 'main.cjs', "const tf = require('@tensorflow/tfjs-node-gpu'), { engine } = tf;"],
  ])('a script that has nothing installed gets it by %s, on one engine with its tfjs', async (_, name, imports) => {
    const script = `${imports}
      ${twoTasks}
      model.fit(x, [y, y.mul(100)], { epochs: 20, batchSize: 16, verbose: 0 }).then(() => console.log(
        tf.getBackend(), tf.engine() === engine(), tf.version['tfjs-node'], typeof tf.node.decodePng, process.env.TF_CPP_MIN_LOG_LEVEL,
        model.predict(x)[0].isDisposed));`;
    for (const [own, backend] of [
      [false, 'auto'],
      [true, 'auto'],
      [true, 'node'],
      [false, 'asWritten'],
    ] as const) {
      const folder = project({ [name]: script });
      if (own) {
        linkTfjs(folder);
      }
      const trained = await train(path.join(folder, name), { ...options, backend, every: null });
      expect(trained.stderr).toBe('');
      expect(trained).toMatchObject({ exitCode: 0, stdout: 'tensorflow true 4.22.0 function 2 false\n' });
      const { reason } = trained.header.backend;
      expect(reason).toMatch(
        {
          asWritten: /^as the script/,
          auto: /^wasm, /,
          node: /the one that was set up for you, because .* is not installed$/,
        }[backend],
      );
      expect(trained.lines.filter(({ type }) => type === 'backend')).toEqual(
        backend === 'auto'
          ? [{ type: 'backend', step: 1, name: 'tensorflow', reason: imported('is not installed') }]
          : [],
      );
      const deep = trained.lines.filter(({ type }) => type === 'step');
      expect(deep.length).toBeGreaterThan(2);
      expect(trained.end).toMatchObject({ state: 'finished', steps: 40 });
    }
  });

  it('wasm and cpu remain what they are, and a script is told nothing else', async () => {
    for (const backend of ['wasm', 'cpu'] as const) {
      const script = `import * as tf from '@tensorflow/tfjs-node'; tf.ones([1]); console.log(tf.getBackend());`;
      const trained = await train(path.join(project({ 'main.mjs': script }), 'main.mjs'), { ...options, backend });
      expect(trained).toMatchObject({ exitCode: 0, stdout: `${backend}\n` });
    }
  });

  it("the project's own that does not load gives way to it", async () => {
    const folder = project({
      'node_modules/@tensorflow/tfjs-node/package.json': '{ "main": "index.js" }',
      'node_modules/@tensorflow/tfjs-node/index.js': `throw new Error('no native library here');`,
      'main.mjs': `import * as tf from '@tensorflow/tfjs-node'; tf.ones([1]); console.log(tf.getBackend());`,
    });
    const trained = await train(path.join(folder, 'main.mjs'), options);
    expect(trained).toMatchObject({ exitCode: 0, stdout: 'tensorflow\n' });
    expect(trained.lines.filter(({ type }) => type === 'backend')).toMatchObject([
      { reason: imported('is installed but does not load (no native library here)') },
    ]);
  });

  it('the first number that is not finite is found, with its place', async () => {
    const script = `import * as tf from '@tensorflow/tfjs';
      const w = tf.variable(tf.ones([3, 1])), optimizer = tf.train.sgd(0.1), x = tf.ones([4, 3]);
      for (let step = 0; step < 5; step++) {
        optimizer.minimize(() => {
          const p = x.matMul(w);
          const shifted = p.sub(step === 3 ? 99 : 0);
          return tf.add(p.square().mean(), shifted.abs().sub(shifted).add(step === 3 ? -1e6 : 1).log().mean());
        });
      }`;
    const trained = await train(path.join(project({ 'main.mjs': script }), 'main.mjs'), asked);
    const events = trained.lines.filter((line) => line.type === 'event' && line.kind === 'nonFinite');
    expect(events).toMatchObject([{ step: 4, position: { line: 7 } }]);
  });

  it.each(Object.entries(endlessLoops))(
    'is cancelled at its next step, and ends when it is killed: %s',
    async (_, loop) => {
      const folder = project({ 'main.mjs': `import * as tf from '@tensorflow/tfjs';${loop}` });
      const cancelled = start(path.join(folder, 'main.mjs'), asked);
      await cancelled.message((message) => message.type === 'grown' && message.step > 2);
      cancelled.cancel();
      expect((await cancelled.result).end).toMatchObject({ state: 'cancelled', exitCode: 130 });
      const killed = start(path.join(folder, 'main.mjs'), asked);
      await killed.message((message) => message.type === 'grown' && message.step > 2);
      process.kill(killed.pid!, 'SIGKILL');
      await hasEnded(killed.pid!);
      const { lines, header } = await killed.result;
      expect(header.backend.name).toBe('tensorflow');
      expect(lines.at(-1)?.type).not.toBe('end');
    },
  );
});
