import type { VNode } from 'preact';
import { formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { PathCell } from '../model/cells.ts';
import { colourOf } from '../look.ts';
import { groupLabel, type Scene, type ShownTerm } from '../model/scene.ts';
import { firstLoss, lossShown } from '../model/values.ts';
import { Place } from '../ui.tsx';
import { Bar } from './bar.tsx';
import { atStep, Card } from './card.tsx';
import { TermName } from './swatch.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
}

/** Every task in a line: its loss, its weight, its part in the shared update, and what it cannot reach. */
export function TaskTable({ scene, cells }: Props): VNode {
  const shared = scene.groups.filter(({ kind }) => kind === 'shared').map(({ id }) => id);
  return (
    <Card scene={scene} id="tasks" title="Tasks" note={atStep(scene)} wide>
      <table class="figures stacked">
        <caption class="hidden">Tasks {atStep(scene)}</caption>
        <thead>
          <tr>
            {[
              'Task',
              'Loss',
              'First loss',
              'Relative',
              'Weight',
              'Weighted',
              'Shared update',
              'Cannot train',
              'Source',
            ].map((name) => (
              <th scope="col" key={name} class={name === 'Cannot train' ? 'words' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scene.terms.map((term, i) => (
            <TaskRow key={term.id} scene={scene} term={term} cells={cells[i] ?? []} shared={shared} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

interface RowProps {
  readonly scene: Scene;
  readonly term: ShownTerm;
  readonly cells: readonly PathCell[];
  readonly shared: readonly string[];
}

function TaskRow({ scene, term, cells, shared }: RowProps): VNode {
  const figure = (field: 'raw' | 'relative' | 'weight' | 'weighted'): string =>
    formatNumber(lossShown(scene, term.id, field)?.value);
  const shares = cells.filter(({ group, share }) => shared.includes(group) && share !== null);
  const blocked = cells.filter(({ state, declared }) => !declared && (state === 'cut' || state === 'zero'));
  return (
    <tr data-task={term.id}>
      <th scope="row">
        <TermName term={term} />
      </th>
      <td data-name="Loss">{figure('raw')}</td>
      <td data-name="First loss">{formatNumber(firstLoss(scene, term.id)?.value)}</td>
      <td data-name="Relative">{figure('relative')}</td>
      <td data-name="Weight">{figure('weight')}</td>
      <td data-name="Weighted">{figure('weighted')}</td>
      <td data-name="Shared update">
        {shares.length === 0
          ? '–'
          : shares.map(({ group, share }) => (
              <span key={group} class="share">
                {formatPercent(share?.value)}
                {shares.length > 1 ? ` (${groupLabel(scene, group)})` : ''}
                <Bar part={share === null ? NaN : toNumber(share.value)} colour={colourOf(term.style)} />
              </span>
            ))}
      </td>
      <td data-name="Cannot train" class={blocked.length > 0 ? 'bad words' : 'words'}>
        {blocked.length === 0 ? '–' : blocked.map(({ group }) => groupLabel(scene, group)).join(', ')}
      </td>
      <td data-name="Source">{term.position === null ? '–' : <Place scene={scene} position={term.position} />}</td>
    </tr>
  );
}
