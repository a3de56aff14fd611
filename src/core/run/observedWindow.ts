import type { PackedLine } from './packed/packedLine.ts';
import { spreadOf, type Spread } from './windowedValue.ts';
import type { WindowedValue, WindowLine } from './windowLine.ts';

/** What was read at every step of a window, and the loss terms of its objective. */
export class ObservedWindow {
  readonly objective: string;
  readonly from: number;
  readonly step: number;
  readonly steps: number;

  constructor(
    private readonly packed: PackedLine,
    /** Term ids; empty where no graph before it names the objective. */
    readonly terms: readonly string[],
  ) {
    // The form of the line was checked before it was packed.
    this.objective = packed.at('objective') as string;
    this.from = packed.at('from') as number;
    this.step = packed.at('step') as number;
    this.steps = packed.at('steps') as number;
  }

  /** The whole line, made anew at every call. */
  get line(): WindowLine {
    return this.packed.line as WindowLine;
  }

  get time(): number {
    return this.packed.at('time') as number;
  }

  get epoch(): number | null {
    return this.packed.at('epoch') as number | null;
  }

  get overhead(): number | null {
    return this.packed.at('overhead') as number | null;
  }

  /** A figure of a loss term over the window's steps; null where there is none. */
  lossOf(term: string, field: 'raw' | 'weight' | 'weighted'): Spread | null {
    const index = this.terms.indexOf(term);
    return index === -1 ? null : this.#spread('loss', index, field);
  }

  /** How many of the steps had the shared boundary looked at. */
  get boundarySteps(): number {
    return (this.packed.at('boundary', 'steps') as number | undefined) ?? 0;
  }

  /** The tasks that reach the boundary. */
  get boundaryTerms(): readonly string[] {
    return (this.packed.at('boundary', 'terms') as readonly string[] | undefined) ?? [];
  }

  /** Norm of a task's gradient at the boundary. */
  boundaryNorm(term: string): Spread | null {
    const index = this.boundaryTerms.indexOf(term);
    return index === -1 ? null : this.#spread('boundary', 'norm', index);
  }

  /**
   * Cosine of two tasks' gradients at the boundary, of their mean products over the window; null where either has none, or is 0.
   */
  boundaryCosine(a: string, b: string): number | null {
    const terms = this.boundaryTerms;
    const [i, j] = [terms.indexOf(a), terms.indexOf(b)].sort((x, y) => x - y);
    if (i === undefined || j === undefined || i === -1) {
      return null;
    }
    const product = (row: number, column: number): number =>
      this.#spread('boundary', 'gram', place(row, column, terms.length))?.mean ?? NaN;
    const cosine = product(i, j) / Math.sqrt(product(i, i) * product(j, j));
    return Number.isNaN(cosine) ? null : Math.max(-1, Math.min(1, cosine));
  }

  #spread(...way: readonly (string | number)[]): Spread | null {
    const value = this.packed.at(...way) as WindowedValue | null | undefined;
    return value === null || value === undefined ? null : spreadOf(value);
  }
}

/** Where the product of two tasks stands in the upper triangle of `count` rows. */
function place(row: number, column: number, count: number): number {
  return row * count - (row * (row - 1)) / 2 + column - row;
}
