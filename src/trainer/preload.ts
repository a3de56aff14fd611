/**
 * Loaded by `node --import` before a training script, which stays the real main module. Everything happens in the process
 * and thread that the host started: worker threads and child processes of the script load this file too, and run as ever.
 */
import { isMainThread } from 'node:worker_threads';
import { CONFIGURATION_VARIABLE, type TrainingConfiguration } from '../protocol/trainingConfiguration.ts';

const text = process.env[CONFIGURATION_VARIABLE];
if (isMainThread && text !== undefined) {
  Reflect.deleteProperty(process.env, CONFIGURATION_VARIABLE);
  // `child_process.fork` hands these options on.
  const option = process.execArgv.indexOf(import.meta.url);
  if (process.execArgv[option - 1] === '--import') {
    process.execArgv.splice(option - 1, 2);
  }
  const { trainUnderObservation } = await import('./lifecycle/trainUnderObservation.ts');
  await trainUnderObservation(JSON.parse(text) as TrainingConfiguration, import.meta.url);
}
