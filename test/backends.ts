import * as tf from '@tensorflow/tfjs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { expect } from 'vitest';
import { chooseBackend, type ModuleSource } from '../src/trainer/backend/chooseBackend.ts';

export type TestedBackend = 'cpu' | 'wasm' | 'node';

/**
 * The backends that a suite runs on. `npm test` runs it on cpu and wasm, and test/native once more on the native backend, which it
 * names in MTL_TEST_BACKENDS; the package of tfjs-node is then MTL_TEST_NATIVE_PACKAGE.
 */
export const backends = (process.env['MTL_TEST_BACKENDS']?.split(',') ?? ['cpu', 'wasm']) as readonly TestedBackend[];

const require = createRequire(import.meta.url);

/** Packages as tests find them; tfjs-node gets the tfjs of the tests, as it gets a script's. */
const modules: ModuleSource = {
  load: (specifier) => require(specifier) as unknown,
  loadSetUp: () => {
    const folder = process.env['MTL_TEST_NATIVE_PACKAGE'] ?? '';
    const loader = Module as unknown as {
      _resolveFilename(request: string, parent: { filename?: string | null } | null, ...rest: unknown[]): string;
    };
    const original = loader._resolveFilename.bind(loader);
    loader._resolveFilename = (request, parent, ...rest) =>
      /^@tensorflow\/tfjs(?:-core)?$/.test(request) && parent?.filename?.startsWith(folder + path.sep) === true
        ? require.resolve(request)
        : original(request, parent, ...rest);
    return require(folder) as unknown;
  },
};

const chosen = new Set<TestedBackend>();

/** Makes it the backend of this process, as a training does, which does so once. */
export async function useBackend(backend: TestedBackend): Promise<void> {
  const name = backend === 'node' ? 'tensorflow' : backend;
  if (chosen.has(backend)) {
    await tf.setBackend(name);
  } else {
    await chooseBackend(backend, tf, modules);
    chosen.add(backend);
  }
  expect(tf.getBackend()).toBe(name);
}
