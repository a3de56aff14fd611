// Steps of a model of wasmModels.mjs, in a process that takes turns with others: `node unobserved.mjs BACKEND backendSteps.mjs MODEL PORT`.
import { createRequire } from 'node:module';
import { takeTurnsAt } from './turnTaking.mjs';
import { stepOfModel } from './wasmModels.mjs';

const tf = createRequire(import.meta.url)('@tensorflow/tfjs');
const [, , backend, , model, port] = process.argv;

/** Code is compiled, and memory is allocated, in the first steps. */
const WARM_UP = 6;

const step = stepOfModel(tf, model);
const run = async (steps) => {
  for (let i = 0; i < steps; i++) {
    await step();
  }
};
await run(WARM_UP);
await takeTurnsAt(Number(port), backend, run);
process.exit(0);
