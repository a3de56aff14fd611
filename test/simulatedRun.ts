import type { HalvesLine, RecordLine } from '../src/core/run/record.ts';
import { graph, header, measure, step, window } from './sampleRecord.ts';

/** One task of a simulated run: a function of the step, for each figure. */
export interface SimulatedTask {
  readonly loss: (step: number) => number;
  /** Factor in the total. Default 1. */
  readonly weight?: (step: number) => number;
  /** Norm of the weighted gradient where the tasks meet. Default 1. */
  readonly norm?: (step: number) => number;
  /** Share of the shared update. Default one half. */
  readonly share?: (step: number) => number;
}

/** What half-batches tell at every fifth step: <g^a, g^b> of click, of dwell, and between them. */
export interface SimulatedHalves {
  readonly click: (step: number) => number;
  readonly dwell: (step: number) => number;
  readonly between: (step: number) => number;
  readonly independent?: boolean;
}

export const SHARED = 'shared(click+dwell)';

/**
 * The record of a run of click and dwell that share a trunk: a window for each step, and a deep look at every second.
 * @param first Lines before the steps: the graph, and facts.
 */
export function simulatedRun(
  steps: number,
  tasks: { readonly click: SimulatedTask; readonly dwell: SimulatedTask },
  more: {
    readonly halves?: SimulatedHalves;
    /** <g_click, g_dwell> of the deep looks. Default 0. */
    readonly product?: (step: number) => number;
    readonly first?: readonly RecordLine[];
  } = {},
): RecordLine[] {
  const both = [tasks.click, tasks.dwell];
  return [
    { ...header, version: 2 },
    ...(more.first ?? [graph]),
    ...Array.from({ length: steps }, (_, i) => i + 1).flatMap((n): RecordLine[] => {
      const weights = both.map(({ weight }) => weight?.(n) ?? 1);
      const losses = both.map(({ loss }) => loss(n));
      const norms = both.map(({ norm }) => norm?.(n) ?? 1);
      const loss = losses.map((raw, k) => ({ raw, weight: weights[k]!, weighted: raw * weights[k]! }));
      const product = more.product?.(n) ?? 0;
      const gram = [norms[0]! ** 2, product, norms[1]! ** 2];
      const lines: RecordLine[] = [
        window(n, n, { loss, boundary: { steps: 1, terms: ['click', 'dwell'], norm: norms, gram } }),
      ];
      if (n % 2 === 0) {
        const shares = both.map(({ share }) => share?.(n) ?? 0.5);
        const shared = { ...measure(['click', 'dwell'], norms, shares), gram };
        lines.push(step(n, { loss: loss.map((each) => ({ ...each, relative: null })), groups: { [SHARED]: shared } }));
      }
      return more.halves !== undefined && n % 5 === 0 ? [...lines, halvesAt(n, more.halves)] : lines;
    }),
  ];
}

function halvesAt(n: number, { click, dwell, between, independent = true }: SimulatedHalves): HalvesLine {
  const cross = [click(n), between(n), between(n), dwell(n)];
  return {
    type: 'halves',
    step: n,
    objective: 'fit',
    rows: 32,
    independent,
    groups: { [SHARED]: { terms: ['click', 'dwell'], cross } },
  };
}

/** Noise around 1 that repeats: the same numbers in every run. @param size Half of its range */
export function noisy(size: number, seed = 1): (step: number) => number {
  return (step) => {
    const x = Math.sin(step * 12.9898 + seed * 78.233) * 43758.5453;
    return 1 + size * (2 * (x - Math.floor(x)) - 1);
  };
}
