import type { VNode } from 'preact';
import { compareSharedGroups, type ComparedGroup, type PathOfRun } from '../../src/core/report/compare/groups.ts';
import { formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { toRecorded } from '../../src/core/run/numbers.ts';
import type { Point } from '../../src/core/run/run.ts';
import { stateWords } from '../model/cells.ts';
import { atStep, Card } from '../sections/card.tsx';
import { RunName } from './runName.tsx';
import type { ComparisonScene } from './scene.ts';

/** What each task does in the shared groups, the runs side by side. */
export function SharedGroups({ scene }: { readonly scene: ComparisonScene }): VNode | null {
  const groups = compareSharedGroups(scene.runs, scene.comparison.tasks, scene.step).filter(
    ({ tasks }) => tasks.length > 0,
  );
  if (groups.length === 0) {
    return null;
  }
  return (
    <Card
      scene={scene}
      id="shared"
      title="Gradient norm in shared groups"
      note={`L2 norm of each task's weighted gradient; below it the share of the group's update; ${atStep(scene)}`}
      wide={scene.comparison.tasks.length % 2 === 0}
    >
      {groups.map((group) => (
        <Group key={group.label} scene={scene} group={group} />
      ))}
    </Card>
  );
}

function Group({ scene, group }: { readonly scene: ComparisonScene; readonly group: ComparedGroup }): VNode {
  return (
    <table class="heatmap beside">
      <caption>{group.label}</caption>
      <thead>
        <tr>
          <td />
          {scene.runs.map((each) => (
            <th scope="col" key={each.id}>
              <RunName each={each} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {group.tasks.map(({ name, runs }) => (
          <tr key={name} data-task={name}>
            <th scope="row">{name}</th>
            {scene.runs.map(({ id, letter }, i) => (
              <Cell key={id} letter={letter} path={runs[i] ?? null} hasGroup={(group.groups[i] ?? null) !== null} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps {
  readonly letter: string;
  readonly path: PathOfRun | null;
  readonly hasGroup: boolean;
}

function Cell({ letter, path, hasGroup }: CellProps): VNode {
  if (path === null) {
    return (
      <td data-run={letter} class="none">
        {hasGroup ? 'no such task' : 'no such group'}
      </td>
    );
  }
  const { norm, share, state, declared } = path;
  if (state !== null && state !== 'flows' && state !== 'none') {
    return (
      <td data-run={letter} class={declared ? `${state} declared` : state}>
        <b>{stateWords({ state, declared })}</b>
      </td>
    );
  }
  return (
    <td data-run={letter} class={norm === null ? 'none' : 'flows'} style={{ '--heat': shareHeat(share) }}>
      <span class="norm">{norm === null ? '–' : formatNumber(toRecorded(norm.value))}</span>
      {share === null ? null : <small>{formatPercent(toRecorded(share.value))}</small>}
    </td>
  );
}

/** The more of the update, the warmer; the figure stands in the cell. */
function shareHeat(share: Point | null): string {
  const part = share === null || !Number.isFinite(share.value) ? 0 : Math.max(0, Math.min(1, share.value));
  return `${Math.round(4 + part * 38)}%`;
}
