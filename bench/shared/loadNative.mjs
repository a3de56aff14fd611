// The native backend of this user, in this process: `npm run native` sets it up.
import Module, { createRequire } from 'node:module';
import { sep } from 'node:path';
import { loadTrainerSources } from './trainerSources.mjs';

/**
 * Makes tfjs-node a backend of `tf`, which it then shares, as the trainer does.
 * @param resolve resolves a package's name to the file that `tf` came from
 * @throws where none is set up
 */
export async function loadNative(tf, resolve) {
  const { nativePackageOfCache, restoreRemovedUtilFunctions } = await loadTrainerSources(
    `native-${process.pid}`,
    `export { nativePackageOfCache } from '../native/nativeCache.ts';
     export { restoreRemovedUtilFunctions } from './backend/nodeUtilRepair.ts';`,
  );
  const folder = nativePackageOfCache();
  if (folder === null) {
    throw new Error("no native backend is set up: 'npm run native' does it");
  }
  restoreRemovedUtilFunctions();
  const original = Module._resolveFilename;
  Module._resolveFilename = (request, parent, ...rest) =>
    /^@tensorflow\/tfjs(?:-core)?$/.test(request) && parent?.filename?.startsWith(folder + sep)
      ? resolve(request)
      : original.call(Module, request, parent, ...rest);
  createRequire(import.meta.url)(folder);
  await tf.setBackend('tensorflow');
}
