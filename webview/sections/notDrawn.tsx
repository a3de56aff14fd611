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
  const told = lines.flatMap(({ name, values }) => {
    const measured = values.filter((value) => value !== null);
    const infinite = measured.filter((value) => !Number.isFinite(value)).length;
    const below = scale === 'log' ? measured.filter((value) => Number.isFinite(value) && value <= 0).length : 0;
    return [
      ...(infinite > 0 ? [`${name}: ${counted(infinite, 'value')} not finite`] : []),
      ...(below > 0 ? [`${name}: ${counted(below, 'value')} of 0 or less, which a log axis lacks`] : []),
    ];
  });
  return told.length === 0 ? null : <p class="note">Not drawn: {told.join('; ')}. The table has them.</p>;
}
