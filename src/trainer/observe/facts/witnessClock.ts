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
      whileReading += take(() => atEnd.forEach((witness) => witness.ended?.(...of)));
    },
    seen: (step) => {
      take(() => {
        if (step.isNew) {
          meeting.forEach((witness) => witness.met?.(step));
        }
        seeing.forEach((witness) => witness.seen?.(step));
      });
    },
    walked: (...of) => {
      whileReading += take(() => afterWalk.forEach((witness) => witness.walked?.(...of)));
    },
  };
}
