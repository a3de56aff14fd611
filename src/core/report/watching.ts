import type { Depth } from '../run/depth.ts';
import { formatCount, formatPercent, ordinalEnding } from './format.ts';

/**
 * How a run is watched, as its lines show it: `losses at every step, shared boundary at every 3rd step, all groups at every 40th,
 * halves at every 200th; watching costs 4.2 %`.
 */
export function watchingWords({ boundary, groups, halves }: Depth, overhead: number | null): string {
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
  return `${['losses at every step', ...ways].join(', ')}${overhead === null ? '' : `; watching costs ${formatPercent(overhead)}`}`;
}

function everyWords(every: number, named: boolean): string {
  if (every === 1) {
    return 'every step';
  }
  return `every ${formatCount(every)}${ordinalEnding(every)}${named ? ' step' : ''}`;
}
