import type * as Tf from '@tensorflow/tfjs';
import type { FactDetails } from '../../../core/run/facts/factLine.ts';
import { toRecorded } from '../../../core/run/numbers.ts';

/** More numbers than this of one output are not read: its targets are images, or the like. */
const MOST_NUMBERS = 262_144;

/** A compiled model, as far as the data of its test function needs it. */
export interface TestedModel {
  readonly inputs: readonly unknown[];
  readonly outputNames: readonly string[];
}

interface Sums {
  rows: number;
  values: number;
  mean: number;
  /** Of squared distances from the mean (Welford 1962). */
  squares: number;
}

/** Mean and variance of each output's targets in one validation: what a constant prediction costs there. */
export class TestedLabels {
  private readonly sums: Sums[];

  constructor(private readonly model: TestedModel) {
    this.sums = model.outputNames.map(() => ({ rows: 0, values: 0, mean: 0, squares: 0 }));
  }

  /** @param data What the test function was given: a batch of each input, then of each target. */
  add(data: readonly Tf.Tensor[]): void {
    for (const [index, sums] of this.sums.entries()) {
      const target = data[this.model.inputs.length + index];
      if (target === undefined || sums.values + target.size > MOST_NUMBERS) {
        // Figures of a part would stand for all of them.
        sums.values = Infinity;
        continue;
      }
      sums.rows += target.rank === 0 ? 1 : target.shape[0];
      for (const value of target.dataSync()) {
        sums.values++;
        const distance = value - sums.mean;
        sums.mean += distance / sums.values;
        sums.squares += distance * (value - sums.mean);
      }
    }
  }

  figures(): FactDetails['validationLabels'][] {
    return this.sums.flatMap(({ rows, values, mean, squares }, index) =>
      values > 0 && Number.isFinite(values)
        ? [
            {
              output: this.model.outputNames[index] ?? '',
              rows,
              mean: toRecorded(mean),
              variance: toRecorded(squares / values),
            },
          ]
        : [],
    );
  }
}
