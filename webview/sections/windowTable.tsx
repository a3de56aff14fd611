import type { VNode } from 'preact';
import { formatCount, formatNumber, UNKNOWN } from '../../src/core/report/format.ts';
import { toRecorded } from '../../src/core/run/numbers.ts';
import type { ObservedWindow } from '../../src/core/run/run.ts';
import type { Spread } from '../../src/core/run/windowedValue.ts';
import type { Scene } from '../model/scene.ts';
import type { SpreadPick } from '../model/windowSeries.ts';

/** More rows than a person reads at once would only slow the page down. */
const ROWS = 50;

interface Props {
  readonly scene: Scene;
  readonly caption: string;
  readonly columns: readonly { readonly key: string; readonly name: string; readonly pick: SpreadPick }[];
}

/** The figures behind lines over the windows, up to the one with the step that is looked at, newest first. */
export function WindowTable({ scene, caption, columns }: Props): VNode {
  const { windows, step } = scene;
  const end = windows.findLastIndex(({ from }) => from <= (step ?? Infinity)) + 1;
  const rows = windows.slice(Math.max(0, end - ROWS), end).reverse();
  return (
    <table>
      <caption>
        {caption}
        {rows.some(({ steps }) => steps > 1) ? '; of several steps the mean, and from the least to the largest' : ''}
        {rows.length < windows.length
          ? `. ${formatCount(rows.length)} rows up to step ${formatCount(rows[0]?.step ?? 0)}; the step slider shows others`
          : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          {columns.map(({ key, name }) => (
            <th scope="col" key={key}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((window) => (
          <tr key={window.step}>
            <th scope="row">{stepsOf(window)}</th>
            {columns.map(({ key, pick }) => (
              <td key={key}>{figures(pick(window))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function stepsOf({ from, step }: ObservedWindow): string {
  return from === step ? formatCount(step) : `${formatCount(from)} – ${formatCount(step)}`;
}

function figures(spread: Spread | null): string {
  if (spread === null) {
    return UNKNOWN;
  }
  const [mean, min, max] = [spread.mean, spread.min, spread.max].map((each) => formatNumber(toRecorded(each)));
  return min === max ? `${mean}` : `${mean} (${min} – ${max})`;
}
