import type { VNode } from 'preact';
import { formatCount, formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { stateWords, type PathCell } from '../model/cells.ts';
import { groupLabel, termName, type Scene } from '../model/scene.ts';
import { Place } from '../ui.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
  readonly caption: string;
  /** With a column of what the norms would be, where the reader looks at a prediction as if it were cut. */
  readonly supposed?: boolean;
}

/** Every pair of task and group as a row: the figures behind the heatmap and the flow graph. */
export function PathTable({ scene, cells, caption, supposed = false }: Props): VNode {
  const ifCut = supposed && cells.flat().some((cell) => cell.supposed !== null);
  const columns = ['Task', 'Group', 'Path', 'Norm', 'Share', 'Step', ...(ifCut ? ['If cut'] : []), 'Cut at'];
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((name) => (
            <th scope="col" key={name} class={['Group', 'Path'].includes(name) ? 'words' : ''}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {cells.flat().map((cell) => (
          <tr key={JSON.stringify([cell.task, cell.group])}>
            <th scope="row">{termName(scene, cell.task)}</th>
            <td class="words">{groupLabel(scene, cell.group)}</td>
            <td class="words">{stateWords(cell)}</td>
            <td>{formatNumber(cell.norm?.value)}</td>
            <td>{formatPercent(cell.share?.value)}</td>
            <td>{cell.norm === null ? '–' : formatCount(cell.norm.step)}</td>
            {ifCut ? (
              <td>
                {cell.supposed === null
                  ? '–'
                  : `${formatNumber(cell.supposed.norm)} instead of ${formatNumber(cell.supposed.all)} at step ${formatCount(cell.supposed.step)}`}
              </td>
            ) : null}
            <td>
              {cell.cuts.length === 0
                ? '–'
                : cell.cuts.map((cut) => <Place key={cut.id} scene={scene} position={cut.position} />)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
