import type { Run } from './run.ts';

/** How far apart the steps lie that are looked at in each way, as they were recently; null: none was. */
export interface Depth {
  /** Losses at every step. */
  readonly losses: boolean;
  /** One step in so many. */
  readonly boundary: number | null;
  readonly groups: number | null;
  readonly halves: number | null;
}

/** What is recent: this part of the run at its end, and so many windows at least. */
const [RECENT, LEAST] = [0.2, 20];

/** How a run is watched, read off its own lines. Null for a record without windows: there the header says it. */
export function depthOf(run: Run): Depth | null {
  const { windows } = run;
  const last = windows.at(-1);
  if (last === undefined) {
    return null;
  }
  const from = Math.min(windows.at(-LEAST)?.from ?? 1, Math.ceil(last.step * (1 - RECENT)));
  let [steps, boundary] = [0, 0];
  for (let i = windows.length - 1; i >= 0 && (windows[i]?.step ?? 0) >= from; i--) {
    steps += windows[i]?.steps ?? 0;
    boundary += windows[i]?.boundarySteps ?? 0;
  }
  return {
    losses: true,
    boundary: boundary === 0 ? null : Math.max(1, Math.round(steps / boundary)),
    groups: spacing(run.steps, from, ({ step }) => step),
    halves: spacing(run.halves, from, (line) => line.at('step') as number),
  };
}

/** What watching has cost up to the end of what was read; null where it was not measured. */
export function overheadOf(run: Run): number | null {
  const [window, step] = [run.windows.at(-1), run.steps.at(-1)];
  return (window !== undefined && window.step >= (step?.step ?? 0) ? window.overhead : null) ?? step?.overhead ?? null;
}

/**
 * How long the recorded steps would have taken without watching, in milliseconds: from the first to the last, and one more of their
 * mean length, less what watching has cost. Null where too little is recorded.
 */
export function unwatchedTime(run: Run): number | null {
  const overhead = overheadOf(run);
  const lines = run.windows.length > 1 ? run.windows : run.steps;
  const [first, last] = [lines[0], lines.at(-1)];
  if (overhead === null || first === undefined || last === undefined || last.step <= first.step) {
    return null;
  }
  const between = last.time - first.time;
  return (between + between / (last.step - first.step)) / (1 + overhead);
}

/** Mean distance of the recent lines, from the last one before them on; of a single one, from the run's start. */
function spacing<T>(lines: readonly T[], from: number, stepOf: (line: T) => number): number | null {
  const newest = lines.at(-1);
  if (newest === undefined || stepOf(newest) < from) {
    return null;
  }
  let [count, before] = [0, 0];
  for (let i = lines.length - 1; i >= 0 && before === 0; i--) {
    const line = lines[i];
    const step = line === undefined ? 0 : stepOf(line);
    if (step >= from) {
      count++;
    } else {
      before = step;
    }
  }
  return Math.max(1, Math.round((stepOf(newest) - before) / count));
}
