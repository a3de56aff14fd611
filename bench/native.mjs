// The native backend (tfjs-node): what watching costs on it, as bench/observation.mjs has it for the others, and how fast it trains
// against our wasm, which says what `auto` should prefer (src/trainer/backend/autoOrder.ts). Set it up first: `npm run native`.
import { createRequire } from 'node:module';
import { observationOn } from './observation.mjs';
import { atLeast, median } from './shared/figures.mjs';
import { loadNative } from './shared/loadNative.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';
import { stepOfModel } from './shared/wasmModels.mjs';

const require = createRequire(import.meta.url);

const length = { warmUp: 80, rounds: 5, turns: 10, steps: 20, batch: 256 };

/** By the names of wasmModels.mjs. */
const models = { dense: 'dense', convolution: 'convolutional', embedding: 'recurrent' };
const ROUNDS = 31;

/** Wall times of steps of each backend in turn: native works in threads of its own, so processor time would tell another thing. */
async function wasmOverNative(tf, model) {
  const on = async (backend) => {
    await tf.setBackend(backend);
    const step = stepOfModel(tf, model);
    return async () => {
      await tf.setBackend(backend);
      const start = performance.now();
      await step();
      return performance.now() - start;
    };
  };
  const [wasm, native] = [await on('wasm'), await on('tensorflow')];
  const times = { wasm: [], native: [] };
  for (let round = -5; round < ROUNDS; round++) {
    const [ofWasm, ofNative] = [await wasm(), await native()];
    if (round >= 0) {
      times.wasm.push(ofWasm);
      times.native.push(ofNative);
    }
  }
  return { wasm: median(times.wasm), native: median(times.native) };
}

export async function measure({ say }) {
  const { useWasmBackend } = await loadTrainerSources(
    'nativeAndWasm',
    `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';`,
  );
  const tf = require('@tensorflow/tfjs');
  await loadNative(tf, require.resolve);
  await useWasmBackend(tf, { load: require }, true);
  const figures = [];
  for (const [name, said] of Object.entries(models)) {
    const { wasm, native } = await wasmOverNative(tf, name);
    // `auto` takes native: it should cost nobody more than a tenth.
    figures.push(atLeast(0.9, `${said} step, our wasm / native`, wasm / native));
    say(`${said} step: ${wasm.toFixed(2)} ms on our wasm, ${native.toFixed(2)} ms native`);
  }
  return [...figures, ...(await observationOn({ node: length }, say))];
}
