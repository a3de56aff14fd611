import type { Depth } from '../run/depth.ts';
import { formatCount, formatDuration, formatPercent, ordinalEnding } from './format.ts';

/**
 * How a run is watched, as its lines show it: `losses at every step, shared boundary at every 3rd step, all groups at every 40th,
 * halves at every 200th; watching costs 4.2 %`. `unwatched`: how long its steps take without, in milliseconds.
 */
export function watchingWords(
  { boundary, groups, halves }: Depth,
  overhead: number | null,
  unwatched: number | null = null,
): string {
  const told = (
    [
      ['shared boundary', boundary],
      ['all groups', groups],
      ['halves', halves],
    ] as const
  ).flatMap(([what, every]) => (every === null ? [] : [{ what, every }]));
  // The first spacing that is not 1 says what its number counts.
  const first = told.findIndex(({ every }) => every > 1);
  const ways = told.map(({ what, every }, i) => `${what} at ${everyWords(every, i === first)}`);
  return `${['losses at every step', ...ways].join(', ')}${overhead === null ? '' : `; watching costs ${costWords(overhead, unwatched)}`}`;
}

/** Shorter trainings than this, in milliseconds, are told with what watching has cost in time: early steps are looked at in any case. */
const SHORT = 10_000;

/**
 * `4.2 %`; of a short training `104 ms (21 % of 500 ms)`, since a large part of nearly nothing is nothing to worry about.
 * @param unwatched how long its steps take without watching, in milliseconds
 */
export function costWords(overhead: number, unwatched: number | null): string {
  const percent = formatPercent(overhead);
  return unwatched === null || unwatched >= SHORT
    ? percent
    : `${formatDuration(unwatched * overhead)} (${percent} of ${formatDuration(unwatched)})`;
}

function everyWords(every: number, named: boolean): string {
  if (every === 1) {
    return 'every step';
  }
  return `every ${formatCount(every)}${ordinalEnding(every)}${named ? ' step' : ''}`;
}
