import type { StepWitness } from './stepWitness.ts';

/** Witnesses as one, and how long they took: they look at some steps for long, and at most not at all. */
export interface WitnessClock extends Required<StepWitness> {
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
  const take = (work: () => void): number => {
    const start = performance.now();
    work();
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
    start: () => ([time, whileReading] = [0, 0]),
    ended: (...of) => {
      whileReading += take(() => witnesses.forEach((witness) => witness.ended?.(...of)));
    },
    seen: (...of) => {
      take(() => witnesses.forEach((witness) => witness.seen?.(...of)));
    },
    walked: (...of) => {
      whileReading += take(() => witnesses.forEach((witness) => witness.walked?.(...of)));
    },
  };
}
