import type { RecordLine } from '../../core/run/record.ts';
import type { LossWindows } from '../../core/run/windows/lossWindows.ts';
import type { SeenGraph } from './graph/seenGraphs.ts';
import { squaredAtBoundary, type BoundaryGram } from './measure/boundary.ts';
import type { LossReading } from './measure/lossReadings.ts';
import type { StepNumbers } from './stepContext.ts';

/** Writes what is read at every step, window by window. */
export class ReadingLog {
  constructor(
    private readonly windows: LossWindows,
    private readonly append: (line: RecordLine) => void,
  ) {}

  /** @param alone The step is of interest by itself: a jump, or a loss that is not finite. */
  add(
    { step, time, epoch, overhead, total }: StepNumbers & { readonly total: number },
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
    this.windows.add(reading, alone).forEach((line) => this.append(line));
  }

  /** Writes the windows that are still open. */
  close(): void {
    this.windows.close().forEach((line) => this.append(line));
  }
}
