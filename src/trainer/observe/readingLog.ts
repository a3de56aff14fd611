import type { Readings } from '../../core/run/windows/readings.ts';
import type { SeenGraph } from './graph/seenGraphs.ts';
import { squaredAtBoundary, type BoundaryGram } from './measure/boundary.ts';
import type { LossReading } from './measure/lossReadings.ts';
import type { StepNumbers } from './stepContext.ts';

/** Hands on what is read at every step. */
export class ReadingLog {
  constructor(private readonly readings: Readings) {}

  /** @param alone The step is of interest by itself: a jump, or a loss that is not finite. */
  add(
    { step, time, epoch, overhead }: StepNumbers,
    total: number,
    { step: { objective, terms } }: SeenGraph,
    loss: readonly LossReading[],
    boundary: BoundaryGram | null,
    alone: boolean,
  ): void {
    const measured = boundary && {
      terms: boundary.terms.map((term) => terms[term]?.id ?? ''),
      norm: boundary.terms.map((term) => Math.sqrt(squaredAtBoundary(boundary, term))),
      gram: Array.from(boundary.gram),
    };
    const reading = { objective: objective.id, step, time, epoch, overhead, total, loss, boundary: measured };
    this.readings.add(reading, alone);
  }

  /** Writes the windows that are still open. */
  close(): void {
    this.readings.close();
  }
}
