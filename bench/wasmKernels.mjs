// How fast the wasm backend trains: `npm run bench -- wasmKernels`. Every figure is a ratio of two ways that take turns in
// this process, medians of their times. What is measured is this process's own processor time, so that others on the
// machine weigh little. The cpu backend takes seconds for a step: the whole takes some minutes.
import { createRequire } from 'node:module';
import { atLeast, median } from './shared/figures.mjs';
import { watchThisProcess } from './shared/watchThisProcess.mjs';
import { loadTrainerSources } from './shared/trainerSources.mjs';
import { stepOfModel } from './shared/wasmModels.mjs';

const require = createRequire(import.meta.url);

/** The trainer's own sources, as one module. */
function loadSources() {
  return loadTrainerSources(
    'wasmKernels',
    `export { useWasmBackend } from './backend/wasm/wasmBackend.ts';
     export { delegateToCpu } from './backend/wasm/cpuDelegate.ts';
     export { installObservation } from './observe/installObservation.ts';
     export { NumberRing } from './io/numberRing.ts';
     export { SentReadings } from './io/sentReadings.ts';`,
  );
}

/** How often the first way's time is the second's. */
async function ratio(first, second, { rounds, times = 1, warmUp = 1 }) {
  const time = async (way) => {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) {
      await way();
    }
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  for (let i = 0; i < warmUp; i++) {
    await first();
    await second();
  }
  const all = [[], []];
  for (let round = 0; round < rounds; round++) {
    all[0].push(await time(first));
    all[1].push(await time(second));
  }
  return median(all[0]) / median(all[1]);
}

/** Processor times of single calls, after some that are not counted. */
async function timesOf(way, warmUp, count) {
  const times = [];
  for (let i = 0; i < warmUp + count; i++) {
    const before = process.cpuUsage();
    await way();
    const { user, system } = process.cpuUsage(before);
    times.push(user + system);
  }
  return times.slice(warmUp);
}

/** Sets of registered wasm kernels, and a way to put one in place. */
function kernelSets(tf) {
  const now = () => new Map(tf.getKernelsForBackend('wasm').map((kernel) => [kernel.kernelName, kernel]));
  return {
    now,
    use: (set) => {
      for (const [name, kernel] of now()) {
        if (set.get(name) !== kernel) {
          tf.unregisterKernel(name, 'wasm');
        }
      }
      const registered = now();
      set.forEach((kernel, name) => registered.has(name) || tf.registerKernel(kernel));
    },
  };
}

/** Inputs and attributes of every kernel that is held against its cpu delegate. */
function kernelCases(tf) {
  const normal = (...shape) => tf.randomNormal(shape);
  const convolution = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined, dilations: [1, 1] };
  return {
    Conv2DBackpropFilter: [{ x: normal(4, 14, 14, 16), dy: normal(4, 14, 14, 32) }, { ...convolution, filterShape: [3, 3, 16, 32] }],
    Conv2DBackpropInput: [{ dy: normal(4, 14, 14, 32), filter: normal(3, 3, 16, 32) }, { ...convolution, inputShape: [4, 14, 14, 16] }],
    DepthwiseConv2dNativeBackpropFilter: [{ x: normal(4, 14, 14, 16), dy: normal(4, 14, 14, 32) }, { ...convolution, filterShape: [3, 3, 16, 2] }],
    DepthwiseConv2dNativeBackpropInput: [{ dy: normal(4, 14, 14, 32), filter: normal(3, 3, 16, 2) }, { ...convolution, inputShape: [4, 14, 14, 16] }],
    UnsortedSegmentSum: [{ x: normal(640, 32), segmentIds: tf.randomUniform([640], 0, 500, 'int32') }, { numSegments: 500 }],
    MaxPoolGrad: [
      { dy: normal(8, 12, 12, 32), input: normal(8, 24, 24, 32), output: normal(8, 12, 12, 32) },
      { filterSize: [2, 2], strides: [2, 2], pad: 'valid', dimRoundingMode: undefined },
    ],
    Einsum: [[normal(8, 4, 16, 16), normal(8, 4, 16, 16)], { equation: 'bhqd,bhkd->bhqk' }],
    Sum: [{ x: normal(2048, 64) }, { axis: [0], keepDims: false }],
    BatchMatMul: [{ a: normal(128, 128), b: normal(128, 128) }, { transposeA: true, transposeB: false }],
  };
}

export async function measure({ say }) {
  const sources = await loadSources();
  const { useWasmBackend, delegateToCpu } = sources;
  const tf = require('@tensorflow/tfjs');
  require('@tensorflow/tfjs-backend-wasm');
  const rows = [];
  const row = (name, value, bar) => {
    rows.push(atLeast(bar, name, value));
    say(`${name}: ${value.toFixed(2)}`);
  };
  const sets = kernelSets(tf);
  const stock = sets.now();
  const modules = { load: require };
  await useWasmBackend(tf, modules, false);
  const repaired = sets.now();
  await useWasmBackend(tf, modules, true);
  const fast = sets.now();

  const dense = stepOfModel(tf, 'dense');
  /** Observation stays in place for a while, so these two take turns in longer pieces. */
  const stockOverDeep = async () => {
    const times = { stock: [], deep: [] };
    for (let round = 0; round < 4; round++) {
      sets.use(stock);
      times.stock.push(...(await timesOf(dense, 2, 5)));
      sets.use(fast);
      const observation = watchThisProcess({ tf, sources }, { every: 1 });
      times.deep.push(...(await timesOf(dense, 8, 12)));
      observation.uninstall();
    }
    return median(times.stock) / median(times.deep);
  };
  const denseWith = (set) => async () => {
    sets.use(set);
    await dense();
  };
  row('dense step, stock wasm / ours', await ratio(denseWith(stock), denseWith(fast), { rounds: 15, warmUp: 3 }), 4);
  row('dense step, repaired wasm / ours', await ratio(denseWith(repaired), denseWith(fast), { rounds: 25 }), 1.05);
  sets.use(fast);
  row('dense step, stock wasm unwatched / ours with everything looked at', await stockOverDeep(), 2);

  const a = tf.randomNormal([256, 256]);
  for (const [transposeA, transposeB] of [[true, false], [false, true], [true, true]]) {
    const multiply = (set) => () => {
      sets.use(set);
      tf.matMul(a, a, transposeA, transposeB).dispose();
    };
    const value = await ratio(multiply(repaired), multiply(fast), { rounds: 41, times: 20, warmUp: 20 });
    row(`product 256 x 256, transposed ${transposeA}, ${transposeB}, transposing first / ours`, value, 1.1);
  }
  sets.use(fast);

  for (const [name, [inputs, attrs]] of Object.entries(kernelCases(tf))) {
    const backend = tf.backend();
    const run = (kernelFunc) => () => backend.disposeData(kernelFunc({ inputs, attrs, backend }).dataId);
    const delegate = run(delegateToCpu(tf, name));
    row(`${name}, cpu delegate / ours`, await ratio(delegate, run(tf.getKernel(name, 'wasm').kernelFunc), { rounds: 5 }), 2);
  }

  for (const name of ['convolution', 'depthwise', 'embedding']) {
    // A model's tensors live where it is built and run first.
    const on = async (backend) => {
      await tf.setBackend(backend);
      const step = stepOfModel(tf, name);
      return async () => {
        await tf.setBackend(backend);
        await step();
      };
    };
    const [cpu, ours] = [await on('cpu'), await on('wasm')];
    // Its first step compiles; a step on cpu is so long that this does not matter there.
    await ours();
    row(`${name} step, cpu / ours`, await ratio(cpu, ours, { rounds: 2, warmUp: 0 }), 2);
  }
  return rows;
}
