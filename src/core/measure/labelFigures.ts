import type { FactDetails } from '../run/facts/factLine.ts';
import { toRecorded } from '../run/numbers.ts';

/** More different values than this are not counted. */
const MOST_VALUES = 64;

/** A batch of targets: `rows` rows of as many values each. */
export interface TargetBatch {
  readonly values: ArrayLike<number>;
  readonly rows: number;
}

/** Figures of a task's targets over the batches that were looked at. */
export class LabelFigures {
  private rows = 0;
  private values = 0;
  private nonFinite = 0;
  private min = Infinity;
  private max = -Infinity;
  private mean = 0;
  /** Sum of squared distances from the mean (Welford 1962). */
  private squares = 0;
  private whole = true;
  private sameRows = true;
  private first: Float64Array | null = null;
  private readonly counts = new Map<number, number>();
  private isFull = false;
  private oneHot = 0;
  private empty = 0;

  add({ values, rows }: TargetBatch): void {
    const columns = rows === 0 ? 0 : Math.floor(values.length / rows);
    if (columns === 0) {
      return;
    }
    this.rows += rows;
    this.first ??= Float64Array.from({ length: columns }, (_, column) => values[column] ?? NaN);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      let areBits = true;
      for (let column = 0; column < columns; column++) {
        const value = values[row * columns + column] ?? NaN;
        this.note(value);
        this.sameRows = this.sameRows && Object.is(value, this.first[column] ?? NaN);
        sum += value;
        areBits = areBits && (value === 0 || value === 1);
      }
      this.oneHot += columns > 1 && areBits && sum === 1 ? 1 : 0;
      this.empty += columns > 1 && areBits && sum === 0 ? 1 : 0;
    }
  }

  private note(value: number): void {
    this.values++;
    if (!Number.isFinite(value)) {
      this.nonFinite++;
      return;
    }
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    const distance = value - this.mean;
    this.mean += distance / (this.values - this.nonFinite);
    this.squares += distance * (value - this.mean);
    this.whole = this.whole && Number.isInteger(value);
    const count = this.counts.get(value);
    if (count !== undefined) {
      this.counts.set(value, count + 1);
    } else if (this.counts.size < MOST_VALUES) {
      this.counts.set(value, 1);
    } else {
      this.isFull = true;
    }
  }

  /** Rows of which exactly one number is 1 and the others 0, and rows of zeros; null: not all rows are one or the other. */
  get oneHotRows(): { readonly coded: number; readonly empty: number } | null {
    return this.oneHot > 0 && this.oneHot + this.empty === this.rows ? { coded: this.oneHot, empty: this.empty } : null;
  }

  details(argument: number | null): FactDetails['labels'] {
    const finite = this.values - this.nonFinite;
    const [mode, most] = [...this.counts].reduce((best, each) => (each[1] > best[1] ? each : best), [NaN, 0]);
    return {
      rows: this.rows,
      values: this.values,
      nonFinite: this.nonFinite,
      min: toRecorded(finite === 0 ? NaN : this.min),
      max: toRecorded(finite === 0 ? NaN : this.max),
      mean: toRecorded(finite === 0 ? NaN : this.mean),
      variance: toRecorded(finite === 0 ? NaN : this.squares / finite),
      whole: this.whole,
      distinct: this.isFull ? null : this.counts.size,
      sameRows: this.sameRows,
      mode: toRecorded(mode),
      modeShare: finite === 0 ? 0 : most / finite,
      argument,
    };
  }
}
