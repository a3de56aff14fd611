// Runs a script on the trainer's own backend, with nothing else of the debugger: `node unobserved.mjs BACKEND SCRIPT`.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , backend, script] = process.argv;
const require = createRequire(script);
const tf = require('@tensorflow/tfjs');
if (backend === 'wasm') {
  require('@tensorflow/tfjs-backend-wasm');
  const { useWasmBackend } = await import('../../dist/bench/unobserved.mjs');
  await useWasmBackend(tf, { load: require }, true);
} else if (backend === 'node') {
  const { loadNative } = await import('./loadNative.mjs');
  await loadNative(tf, require.resolve);
} else {
  await tf.setBackend(backend);
}
await import(pathToFileURL(script).href);
