import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nativeFolder, packageFolder } from '../../src/native/nativeCache.ts';
import { project, removeProjects } from '../process/project.ts';
import { train } from '../process/trainScript.ts';
import { buildSetUp, Machine } from './setUpChild.ts';

let removeCommand: () => void = () => undefined;
beforeAll(async () => {
  removeCommand = await buildSetUp();
});
afterAll(() => removeCommand());

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => {
  machine.dispose();
  removeProjects();
});

describe.skipIf(process.platform === 'win32')('trainings beside a set-up that came to nothing', () => {
  const backendOf = async (): Promise<string> => {
    const entry = path.join(
      project({
        'main.mjs': `import * as tf from '@tensorflow/tfjs-node'; tf.ones([1]); console.log(tf.getBackend());`,
      }),
      'main.mjs',
    );
    const env = { ...process.env, MTL_DEBUGGER_NATIVE_CACHE: machine.root };
    const trained = await train(entry, { backend: 'auto', env });
    expect(trained.exitCode).toBe(0);
    const [line] = trained.lines.filter((line) => line.type === 'backend');
    return `${trained.stdout.trim()}, ${line?.reason ?? 'no reason'}`;
  };

  it('run on wasm where it was killed half-way', async () => {
    const { child, ended } = machine.start({ FAKE_CXX: 'hang' });
    const tool = await machine.hanging();
    child.kill('SIGKILL');
    await ended;
    process.kill(tool, 'SIGKILL');
    expect(await backendOf()).toMatch(/^wasm, The script imports .*: @tensorflow\/tfjs-node is not installed\.$/);
  });

  it('run on wasm where what was set up on another machine would end the process', async () => {
    await machine.run();
    writeFileSync(path.join(nativeFolder(machine.root), 'machine.json'), '{ "processor": "another" }');
    writeFileSync(
      path.join(packageFolder(nativeFolder(machine.root)), 'index.js'),
      `process.kill(process.pid, 'SIGILL');`,
    );
    expect(await backendOf()).toMatch(
      /^wasm, The script imports .* and the one that was set up does not load \(it was set up on another machine, and does not run on this one\)\.$/,
    );
  });
});
