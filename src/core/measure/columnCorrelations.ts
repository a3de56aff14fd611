/** A column and how it goes with a target: Pearson's r over all rows that were added. */
export interface BestColumn {
  readonly column: number;
  /** -1 to 1. */
  readonly correlation: number;
  readonly rows: number;
}

/**
 * Correlates every column of a table with every column of a target, over batches. Sums are kept about the first row, in double
 * precision, so that a column far from 0 loses no digits.
 */
export class ColumnCorrelations {
  rows = 0;
  private readonly originX: Float64Array;
  private readonly originY: Float64Array;
  private readonly sums: {
    readonly x: Float64Array;
    readonly xx: Float64Array;
    readonly y: Float64Array;
    readonly yy: Float64Array;
    readonly xy: Float64Array;
  };

  constructor(
    readonly columns: number,
    private readonly targets: number,
  ) {
    this.originX = new Float64Array(columns);
    this.originY = new Float64Array(targets);
    this.sums = {
      x: new Float64Array(columns),
      xx: new Float64Array(columns),
      y: new Float64Array(targets),
      yy: new Float64Array(targets),
      xy: new Float64Array(columns * targets),
    };
  }

  /** @param x Row by row, `columns` each. @param y Row by row, `targets` each; rows that are not finite are left out. */
  add(x: ArrayLike<number>, y: ArrayLike<number>, rows: number): void {
    const { columns, targets, originX, originY, sums } = this;
    const dx = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      if (!this.isFiniteRow(x, y, row)) {
        continue;
      }
      if (this.rows === 0) {
        originX.forEach((_, column) => (originX[column] = x[row * columns + column] ?? 0));
        originY.forEach((_, target) => (originY[target] = y[row * targets + target] ?? 0));
      }
      this.rows++;
      for (let column = 0; column < columns; column++) {
        const value = (x[row * columns + column] ?? 0) - (originX[column] ?? 0);
        dx[column] = value;
        sums.x[column] = (sums.x[column] ?? 0) + value;
        sums.xx[column] = (sums.xx[column] ?? 0) + value * value;
      }
      for (let target = 0; target < targets; target++) {
        const value = (y[row * targets + target] ?? 0) - (originY[target] ?? 0);
        sums.y[target] = (sums.y[target] ?? 0) + value;
        sums.yy[target] = (sums.yy[target] ?? 0) + value * value;
        for (let column = 0; column < columns; column++) {
          const at = target * columns + column;
          sums.xy[at] = (sums.xy[at] ?? 0) + value * (dx[column] ?? 0);
        }
      }
    }
  }

  /** The column that goes with any column of the target best; null where nothing varies. */
  best(): BestColumn | null {
    const { columns, targets, sums, rows } = this;
    let best: BestColumn | null = null;
    for (let target = 0; target < targets; target++) {
      const y = sums.y[target] ?? 0;
      const varianceY = (sums.yy[target] ?? 0) - (y * y) / rows;
      for (let column = 0; column < columns; column++) {
        const x = sums.x[column] ?? 0;
        const varianceX = (sums.xx[column] ?? 0) - (x * x) / rows;
        const covariance = (sums.xy[target * columns + column] ?? 0) - (x * y) / rows;
        if (varianceX > 0 && varianceY > 0) {
          const correlation = Math.max(-1, Math.min(1, covariance / Math.sqrt(varianceX * varianceY)));
          if (best === null || Math.abs(correlation) > Math.abs(best.correlation)) {
            best = { column, correlation, rows };
          }
        }
      }
    }
    return best;
  }

  private isFiniteRow(x: ArrayLike<number>, y: ArrayLike<number>, row: number): boolean {
    let sum = 0;
    for (let target = 0; target < this.targets; target++) {
      sum += (y[row * this.targets + target] ?? NaN) * 0;
    }
    for (let column = 0; column < this.columns; column++) {
      sum += (x[row * this.columns + column] ?? NaN) * 0;
    }
    return sum === 0;
  }
}
