// The debugger's own kernels, in AssemblyScript. They have no memory of their own: they work in that of tfjs's wasm
// backend, and every address comes from its allocator. Addresses are those of 32-bit numbers unless a name says more.
export { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export { gram } from './gram';
export { grams, rootGrams } from './metricGram';
export { aliveColumns, allFinite, change, squaredNorm } from './norms';
export { collectPatches, scatterPatches } from './patches';
export { maxPoolGradient } from './pooling';
export { multiply, multiplyMemory } from './product';
export { finishRows } from './rows';
export { segmentSums } from './segments';
export { sumRows } from './sums';
