import type * as Tf from '@tensorflow/tfjs';

/** What tfjs keeps of a compiled model, as far as validation needs it. */
export interface CompiledModel {
  readonly outputNames: readonly string[];
  /** `loss`; of several outputs then `<output>_loss` of each; then the metrics. */
  readonly metricsNames: readonly string[];
  /** One for each of those names but the first, and the output that it is about. */
  readonly metricsTensors: readonly (readonly [metric: unknown, output: number])[];
}

/** By output and figure: `loss`, and each metric by its own name. */
export type OutputFigures = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Where a figure of one output stands among what the model's test function returns. */
interface Figure {
  readonly at: number;
  readonly output: string;
  readonly name: string;
}

/**
 * Adds up the true figures of each output over the batches of one validation, in double precision.
 *
 * For several outputs, tfjs's test function returns for each output the sum of the losses up to it, and then what `metricsTensors`
 * says: the loss of each output by itself, and the metrics (`tfjs-layers/src/engine/training.ts`, `makeTestFunction`). So every
 * figure is there; it is the names that are given from the first one on.
 */
export class TestedBatches {
  private readonly figures: readonly Figure[];
  private readonly sums: Float64Array;
  private readonly returned: number;
  private rows = 0;

  constructor({ outputNames, metricsNames, metricsTensors }: CompiledModel) {
    const several = outputNames.length > 1;
    const before = several ? outputNames.length : 1;
    const losses = several ? outputNames.length : 0;
    this.returned = before + metricsTensors.length;
    const metrics = metricsTensors.map(([, index], place): Figure => {
      const output = outputNames[index] ?? '';
      const full = metricsNames[place + 1] ?? '';
      const short = several && full.startsWith(`${output}_`) ? full.slice(output.length + 1) : full;
      return { at: before + place, output, name: place < losses ? 'loss' : short };
    });
    this.figures = several ? metrics : [{ at: 0, output: outputNames[0] ?? '', name: 'loss' }, ...metrics];
    this.sums = new Float64Array(this.figures.length);
  }

  /** @param values What the test function returned, while it is alive. @param rows Samples in the batch. */
  add(values: readonly Tf.Tensor[], rows: number): void {
    if (values.length !== this.returned) {
      return;
    }
    this.rows += rows;
    this.figures.forEach(({ at }, index) => {
      this.sums[index] = (this.sums[index] ?? 0) + rows * (values[at]?.dataSync()[0] ?? NaN);
    });
  }

  /** Means over all samples; null where no batch was seen. */
  means(): OutputFigures | null {
    if (this.rows === 0) {
      return null;
    }
    const all: Record<string, Record<string, number>> = {};
    this.figures.forEach(({ output, name }, index) => {
      (all[output] ??= {})[name] = (this.sums[index] ?? NaN) / this.rows;
    });
    return all;
  }
}
