import type { BoundaryMeasure, WindowLine } from '../windowLine.ts';
import { RunningValues } from './runningValues.ts';
import type { StepReading } from './stepReading.ts';
import { sevenDigits } from './sevenDigits.ts';
import { windowEnd } from './windowLength.ts';

/** A window that may still take steps of its objective. One object serves an objective's windows one after another. */
export class OpenWindow {
  #from = 0;
  #until = 0;
  #steps = 0;
  #boundarySteps = 0;
  #boundaryTerms: readonly string[] | null = null;
  /** The total, then raw, weight and weighted of each term. */
  #losses = new RunningValues(0);
  /** Norms, then the Gram matrix. */
  #boundary = new RunningValues(0);
  #last: StepReading | null = null;

  get isEmpty(): boolean {
    return this.#last === null;
  }

  /** The last step of the run that may be in it. */
  get until(): number {
    return this.#until;
  }

  /** Whether the reading is of this window's steps, and has its values. */
  takes({ step, loss, boundary }: StepReading): boolean {
    return (
      step <= this.#until &&
      loss.length === this.#last?.loss.length &&
      (boundary === null || this.#boundaryTerms === null || sameTerms(boundary.terms, this.#boundaryTerms))
    );
  }

  add(reading: StepReading): void {
    const { step, total, loss, boundary } = reading;
    if (this.#last === null) {
      this.#begin(reading);
    }
    this.#last = reading;
    this.#steps++;
    const losses = this.#losses;
    losses.add(0, step, total);
    for (let term = 0, at = 1; term < loss.length; term++, at += 3) {
      const values = loss[term];
      addKnown(losses, at, step, values?.raw ?? null);
      addKnown(losses, at + 1, step, values?.weight ?? null);
      addKnown(losses, at + 2, step, values?.weighted ?? null);
    }
    if (boundary !== null) {
      this.#addBoundary(step, boundary);
    }
  }

  /** Its line. The window is empty then, and serves again. */
  line(): WindowLine | null {
    const last = this.#last;
    if (last === null) {
      return null;
    }
    const losses = this.#losses;
    const line: WindowLine = {
      type: 'window',
      objective: last.objective,
      from: this.#from,
      step: last.step,
      steps: this.#steps,
      // A thousandth of a millisecond; finer is noise.
      time: Math.round(last.time * 1000) / 1000,
      epoch: last.epoch,
      overhead: last.overhead === null ? null : Number(sevenDigits(last.overhead)),
      total: losses.value(0) ?? 'NaN',
      loss: last.loss.map((_, term) => ({
        raw: losses.value(3 * term + 1),
        weight: losses.value(3 * term + 2),
        weighted: losses.value(3 * term + 3),
      })),
      boundary: this.#boundaryMeasure(),
    };
    this.#last = null;
    return line;
  }

  #begin({ step, loss }: StepReading): void {
    this.#from = step;
    this.#until = windowEnd(step);
    this.#steps = 0;
    this.#boundarySteps = 0;
    this.#boundaryTerms = null;
    this.#losses = cleared(this.#losses, 1 + 3 * loss.length);
  }

  #addBoundary(step: number, { terms, norm, gram }: NonNullable<StepReading['boundary']>): void {
    if (this.#boundaryTerms === null) {
      this.#boundaryTerms = terms;
      this.#boundary = cleared(this.#boundary, norm.length + gram.length);
    }
    this.#boundarySteps++;
    const values = this.#boundary;
    for (let i = 0; i < norm.length; i++) {
      values.add(i, step, norm[i] ?? NaN);
    }
    for (let i = 0; i < gram.length; i++) {
      values.add(norm.length + i, step, gram[i] ?? NaN);
    }
  }

  #boundaryMeasure(): BoundaryMeasure | null {
    const terms = this.#boundaryTerms;
    if (terms === null) {
      return null;
    }
    const values = this.#boundary;
    const all = Array.from({ length: values.count }, (_, index) => values.value(index) ?? 'NaN');
    return { steps: this.#boundarySteps, terms, norm: all.slice(0, terms.length), gram: all.slice(terms.length) };
  }
}

function addKnown(values: RunningValues, index: number, step: number, value: number | null): void {
  if (value !== null) {
    values.add(index, step, value);
  }
}

function cleared(values: RunningValues, count: number): RunningValues {
  if (values.count !== count) {
    return new RunningValues(count);
  }
  values.clear();
  return values;
}

function sameTerms(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((term, index) => term === b[index]));
}
