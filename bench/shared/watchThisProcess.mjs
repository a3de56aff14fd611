import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const require = createRequire(import.meta.url);

/** Takes what is in the ring without reading it, as often as the I/O thread looks. */
const EMPTIES = `const { workerData } = require('node:worker_threads');
const marks = new Int32Array(workerData, 0, 2);
setInterval(() => Atomics.store(marks, 1, Atomics.load(marks, 0)), 20);`;

/** What is read at every step goes where the trainer puts it, and from there to nobody. */
function readingsForNobody({ NumberRing, SentReadings }) {
  const ring = new NumberRing();
  new Worker(EMPTIES, { eval: true, workerData: ring.buffer }).unref();
  return new SentReadings(ring, { post: () => undefined, sent: 0, isOver: false });
}

/** Watches this process as the trainer does, with a record that goes nowhere. `sources` are the trainer's, built by a bench. */
export function watchThisProcess({ tf, sources }, asked) {
  const readings = readingsForNobody(sources);
  return sources.installObservation({
    tf,
    // What the other lines of a record cost the training thread is most of all their text.
    recording: { append: (line) => void JSON.stringify(line), readings, noteStep: () => undefined, stopRequested: null },
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
