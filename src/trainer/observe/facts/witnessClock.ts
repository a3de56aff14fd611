import type { StepWitness } from './stepWitness.ts';

/** Witnesses as one, and how long they took: they look at some steps for long, and at most not at all. */
export interface WitnessClock extends Required<Omit<StepWitness, 'met'>> {
  /** Milliseconds since `start`, in all. */
  readonly time: number;
  /** Of them, before the graph is known and after the walk: where the time of reading the losses is taken, too. */
  readonly whileReading: number;
  /** A step begins. */
  start(): void;
}

/** One witness that calls all, and takes their time. */
export function witnessClock(witnesses: readonly StepWitness[]): WitnessClock {
  let [time, whileReading] = [0, 0];
  const having = (method: keyof StepWitness): readonly StepWitness[] =>
    witnesses.filter((witness) => witness[method] !== undefined);
  const [atEnd, meeting, seeing, afterWalk] = [having('ended'), having('met'), having('seen'), having('walked')];
  const took = (start: number): number => {
    const taken = performance.now() - start;
    time += taken;
    return taken;
  };
  return {
    get time() {
      return time;
    },
    get whileReading() {
      return whileReading;
    },
    start: () => {
      time = 0;
      whileReading = 0;
    },
    ended: (forward, origin) => {
      const start = performance.now();
      for (const witness of atEnd) {
        witness.ended?.(forward, origin);
      }
      whileReading += took(start);
    },
    seen: (step) => {
      const start = performance.now();
      if (step.isNew) {
        meeting.forEach((witness) => witness.met?.(step));
      }
      for (const witness of seeing) {
        witness.seen?.(step);
      }
      took(start);
    },
    walked: (step, gradients) => {
      const start = performance.now();
      for (const witness of afterWalk) {
        witness.walked?.(step, gradients);
      }
      whileReading += took(start);
    },
  };
}
