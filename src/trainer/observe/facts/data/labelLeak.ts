import { ColumnCorrelations } from '../../../../core/measure/columnCorrelations.ts';

/** Rows after which no more are looked at. */
const ENOUGH_ROWS = 512;
/** Rows of a batch that are looked at. */
const MOST_ROWS = 128;
/** Columns of the inputs times columns of the target: more are not looked at. */
const MOST_PAIRS = 8192;
/** Below this a column is no news. */
const NEAR = 0.99;

export interface Table {
  readonly values: ArrayLike<number>;
  readonly rows: number;
}

export interface LeakedLabel {
  readonly input: number;
  readonly column: number;
  readonly columns: number;
  readonly correlation: number;
  readonly rows: number;
}

/** Looks for a task's target among the columns of the inputs, over its first batches. */
export class LabelLeak {
  /** By input; null where it has too many columns. */
  private readonly correlations = new Map<number, ColumnCorrelations | null>();

  get isDone(): boolean {
    const all = [...this.correlations.values()];
    return all.length > 0 && all.every((each) => each === null || each.rows >= ENOUGH_ROWS);
  }

  /** @param target One column, or one-hot rows: where a target has several columns of its own, a model rebuilds what it was given. */
  add(inputs: readonly (Table | null)[], target: Table): void {
    const targets = columnsOf(target);
    const rows = Math.min(target.rows, MOST_ROWS);
    for (const [index, input] of inputs.entries()) {
      if (input === null) {
        continue;
      }
      const columns = columnsOf(input);
      const isRead = columns > 0 && columns * targets <= MOST_PAIRS;
      const known = this.correlations.get(index) ?? (isRead ? new ColumnCorrelations(columns, targets) : null);
      this.correlations.set(index, known);
      if (known?.columns === columns) {
        known.add(input.values, target.values, rows);
      }
    }
  }

  /** The column that goes with the target best; null where none comes near it. */
  found(): LeakedLabel | null {
    const columns = [...this.correlations.values()].reduce((sum, each) => sum + (each?.columns ?? 0), 0);
    const found = [...this.correlations].flatMap(([input, each]) => {
      const best = each?.best() ?? null;
      return best === null || Math.abs(best.correlation) < NEAR ? [] : [{ input, columns, ...best }];
    });
    return found.sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation))[0] ?? null;
  }
}

function columnsOf({ values, rows }: Table): number {
  return rows === 0 || values.length % rows !== 0 ? 0 : values.length / rows;
}
