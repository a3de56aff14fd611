import { toRecorded } from '../../src/core/run/numbers.ts';
import type { LossField, ObservedWindow, Run } from '../../src/core/run/run.ts';
import type { Spread } from '../../src/core/run/windowedValue.ts';
import { seriesOf, type Pick, type Series } from './series.ts';

/** A figure over the windows: its mean, and the least and the largest of each. */
export interface BandedSeries {
  readonly series: Series;
  readonly band: readonly [low: Series, high: Series] | null;
}

export type SpreadPick = (window: ObservedWindow) => Spread | null;

export const boundaryNormOf =
  (term: string): SpreadPick =>
  (window) =>
    window.boundaryNorm(term);

/** A loss of a window's steps; a relative one is over the term's first. */
export function windowLossOf(run: Run, term: string, field: LossField): SpreadPick {
  if (field !== 'relative') {
    return (window) => window.lossOf(term, field);
  }
  const first = run.firstRaw(term);
  return (window) => {
    const raw = window.lossOf(term, 'raw');
    if (raw === null || first === null) {
      return null;
    }
    const [low, high] = first < 0 ? [raw.max, raw.min] : [raw.min, raw.max];
    return { mean: raw.mean / first, last: raw.last / first, min: low / first, max: high / first };
  };
}

/** `key` names the figure among all that are worked out over these windows. */
export function bandedSeries(windows: readonly ObservedWindow[], key: string, pick: SpreadPick): BandedSeries {
  const of = (field: 'mean' | 'min' | 'max'): Pick<ObservedWindow> => ({
    key: JSON.stringify([key, field]),
    of: (window) => {
      const value = pick(window)?.[field];
      return value === undefined ? null : toRecorded(value);
    },
  });
  const wide = windows.at(-1)?.steps !== 1 || windows.some(({ steps }) => steps > 1);
  return {
    series: seriesOf(windows, of('mean')),
    band: wide ? [seriesOf(windows, of('min')), seriesOf(windows, of('max'))] : null,
  };
}
