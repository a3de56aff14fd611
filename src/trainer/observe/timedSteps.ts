import type { StepSchedule } from '../../core/schedule/stepSchedule.ts';

interface RunningStep {
  readonly site: string;
  readonly observed: boolean;
  readonly start: number;
  gradients: number;
  beside: number;
}

/** Takes the time of every training step, and tells the schedule when the next one begins. */
export class TimedSteps {
  private last: RunningStep | null = null;

  constructor(private readonly schedule: StepSchedule) {}

  /** A step of this site begins. True where it is to be observed. */
  begin(site: string): boolean {
    const start = performance.now();
    this.end(start);
    const observed = this.schedule.next(site);
    this.last = { site, observed, start, gradients: 0, beside: 0 };
    return observed;
  }

  /** The forward and backward passes of the step that has begun, observed or not. */
  gradients<T>(pass: () => T): T {
    const start = performance.now();
    try {
      return pass();
    } finally {
      if (this.last !== null) {
        this.last.gradients += performance.now() - start;
      }
    }
  }

  /** What watching does at the update. */
  beside(work: () => void): void {
    const start = performance.now();
    work();
    if (this.last !== null) {
      this.last.beside += performance.now() - start;
    }
  }

  private end(now: number): void {
    if (this.last !== null) {
      const { site, observed, start, gradients, beside } = this.last;
      this.schedule.took(site, observed, { whole: now - start, gradients, beside });
    }
  }
}
