import type { StepSchedule, StepWatch } from '../../core/schedule/stepSchedule.ts';

interface RunningStep {
  readonly site: string;
  readonly start: number;
  /** Null while it is not known how the step is looked at: what was asked for may not be possible. */
  watch: StepWatch | null;
  gradients: number;
  beside: number;
  curvature: number;
  reading: number;
  facts: number;
}

/** Takes the time of every training step, and tells the schedule when the next one begins. */
export class TimedSteps {
  private last: RunningStep | null = null;

  constructor(private readonly schedule: StepSchedule) {}

  /** A step of this site begins. Returns how it is to be looked at. */
  begin(site: string): StepWatch {
    const start = performance.now();
    this.end(start);
    this.last = { site, start, watch: null, gradients: 0, beside: 0, curvature: 0, reading: 0, facts: 0 };
    return this.schedule.next(site);
  }

  /** The forward and backward passes of the step that has begun. */
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

  /** How the step was looked at in the end, and how long it took to read its losses and to look for facts. */
  note(watch: StepWatch, reading: number, facts: number): void {
    if (this.last !== null) {
      this.last.watch = watch;
      this.last.reading += reading;
      this.last.facts += facts;
    }
  }

  /** What watching does at the update. */
  beside(work: () => void): void {
    this.take('beside', work);
  }

  /** After the update, and at few steps. */
  curvature(work: () => void): void {
    this.take('curvature', work);
  }

  private take(part: 'beside' | 'curvature', work: () => void): void {
    const start = performance.now();
    work();
    if (this.last !== null) {
      this.last[part] += performance.now() - start;
    }
  }

  private end(now: number): void {
    if (this.last?.watch != null) {
      const { site, watch, start, beside, reading } = this.last;
      const gradients = this.last.gradients - this.last.facts;
      const facts = this.last.facts + this.last.curvature;
      this.schedule.took(site, watch, { whole: now - start, gradients, beside, reading, facts });
    }
  }
}
