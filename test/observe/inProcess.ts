import * as tf from '@tensorflow/tfjs';
import ts from 'typescript';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import type { GraphLine, RecordLine, SourcePosition, StepLine } from '../../src/core/run/record.ts';
import {
  installObservation,
  type Observation,
  type ObservationOptions,
} from '../../src/trainer/observe/installObservation.ts';

export interface Watched {
  readonly observation: Observation;
  readonly lines: RecordLine[];
  steps(): StepLine[];
  /** The newest graph line. */
  graph(): GraphLine;
}

/** Observes this very process: what the trainer does, without a child. */
export function watchThisProcess(
  every: number | null,
  budget: number | null = null,
  random: ObservationOptions['random'] = null,
  onLine: (line: RecordLine) => void = () => undefined,
): Watched {
  const lines: RecordLine[] = [];
  const append = (line: RecordLine): void => {
    lines.push(line);
    onLine(line);
  };
  const observation = installObservation({
    tf,
    recording: { append, noteStep: () => undefined, stopRequested: null },
    every,
    budget,
    startedAt: performance.now(),
    framesOf: framesInTests,
    random,
    cwd: process.cwd(),
    loadTypescript: () => ts,
    backendName: null,
    stop: () => {
      throw new Error('cancelled');
    },
  });
  return {
    observation,
    lines,
    steps: () => lines.filter((line) => line.type === 'step'),
    graph: () => {
      const graph = lines.findLast((line) => line.type === 'graph');
      if (graph === undefined) {
        throw new Error('No graph line was written.');
      }
      return graph;
    },
  };
}

/** Every test of the file on the cpu backend, each observed anew at every step; its variables are gone when it ends. */
export function watchEachTest(): Watched {
  let watched: Watched;
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  beforeEach(() => {
    watched = watchThisProcess(1);
  });
  afterEach(() => {
    watched.observation.uninstall();
    tf.disposeVariables();
  });
  return {
    get lines() {
      return watched.lines;
    },
    get observation() {
      return watched.observation;
    },
    steps: () => watched.steps(),
    graph: () => watched.graph(),
  };
}

/** Frames in test files; the real reader of frames is tested in real child processes. */
function framesInTests(error: Error): SourcePosition[] {
  return [...(error.stack ?? '').matchAll(/\(?(?:file:\/\/)?(\/[^():]*\.test\.ts):(\d+):(\d+)\)?/g)].map(
    ([, file = '', line, column]) => ({ file, line: Number(line), column: Number(column) }),
  );
}
