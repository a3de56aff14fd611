import type { VNode } from 'preact';
import { counted } from '../../src/core/report/format.ts';
import type { Line } from '../chart/plot.ts';

/** Says which measured values a chart has no place for: nothing is left out in silence. */
export function NotDrawn({
  lines,
  scale,
}: {
  readonly lines: readonly Line[];
  readonly scale: 'log' | 'linear';
}): VNode | null {
  const told = lines.flatMap(({ name, series: { notFinite, notPositive } }) => [
    ...(notFinite > 0 ? [`${name}: ${counted(notFinite, 'value')} not finite`] : []),
    ...(notPositive > 0 && scale === 'log'
      ? [`${name}: ${counted(notPositive, 'value')} of 0 or less, which a log axis lacks`]
      : []),
  ]);
  return told.length === 0 ? null : <p class="note">Not drawn: {told.join('; ')}. The table has them.</p>;
}
