import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Watches this process as the trainer does, with a record that goes nowhere. */
export function watchThisProcess({ installObservation, tf }, asked) {
  return installObservation({
    tf,
    // What a record costs the training thread is its text.
    recording: { append: (line) => void JSON.stringify(line), noteStep: () => undefined, stopRequested: null },
    every: asked.every ?? null,
    budget: null,
    ...(asked.schedule === undefined ? {} : { schedule: asked.schedule }),
    startedAt: performance.now(),
    framesOf: () => [],
    random: null,
    cwd: process.cwd(),
    loadTypescript: () => require('typescript'),
    backendName: null,
    stop: () => process.exit(1),
  });
}
