import type { VNode } from 'preact';
import { formatCount, formatNumber } from '../../src/core/report/format.ts';
import type { Scene } from '../model/scene.ts';
import type { Pick } from '../model/series.ts';

/** More rows than a person reads at once would only slow the page down. */
const ROWS = 50;

interface Props {
  readonly scene: Scene;
  readonly caption: string;
  readonly columns: readonly { readonly key: string; readonly name: string; readonly pick: Pick }[];
}

/** The figures behind lines over the steps: the observed steps up to the one that is looked at, newest first. */
export function SeriesTable({ scene, caption, columns }: Props): VNode {
  const rows = scene.steps.slice(Math.max(0, scene.at + 1 - ROWS), scene.at + 1).reverse();
  const hidden = scene.steps.length - rows.length;
  return (
    <table>
      <caption>
        {caption}
        {hidden > 0
          ? `. ${formatCount(rows.length)} observed steps up to step ${formatCount(scene.step ?? 0)}; the step slider shows others`
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
        {rows.map((step) => (
          <tr key={step.step}>
            <th scope="row">{formatCount(step.step)}</th>
            {columns.map(({ key, pick }) => (
              <td key={key}>{formatNumber(pick.of(step))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
