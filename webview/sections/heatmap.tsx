import type { VNode } from 'preact';
import { formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import { normScale, placeOn, stateWords, type NormScale, type PathCell } from '../model/cells.ts';
import type { Scene } from '../model/scene.ts';
import { Place } from '../ui.tsx';
import { atStep, Card } from './card.tsx';
import { PathTable } from './pathTable.tsx';
import { TermName } from './swatch.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
}

/** Gradient norms, task by variable group. Each state looks different without its colour, too. */
export function Heatmap({ scene, cells }: Props): VNode {
  const scale = normScale(cells.flat().map(({ norm }) => (norm === null ? 0 : toNumber(norm.value))));
  return (
    <Card
      scene={scene}
      id="norms"
      title="Gradient norm"
      note={`L2 norm of each task's weighted gradient, shaded on a log scale; below it the share of the group's update; ${atStep(scene)}`}
      table={() => <PathTable scene={scene} cells={cells} caption={`Gradient norms ${atStep(scene)}`} />}
    >
      <table class="heatmap">
        <caption class="hidden">Gradient norm by task and variable group {atStep(scene)}</caption>
        <thead>
          <tr>
            <td />
            {scene.groups.map(({ id, label }) => (
              <th scope="col" key={id} title={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scene.terms.map((term, i) => (
            <tr key={term.id}>
              <th scope="row">
                <TermName term={term} />
              </th>
              {(cells[i] ?? []).map((cell) => (
                <Cell key={cell.group} scene={scene} cell={cell} scale={scale} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Cell({
  scene,
  cell,
  scale,
}: {
  readonly scene: Scene;
  readonly cell: PathCell;
  readonly scale: NormScale;
}): VNode {
  const { state, norm, share, declared, cuts, task, group } = cell;
  const data = { 'data-task': task, 'data-group': group, 'data-state': state };
  if (state === 'flows') {
    const heat = norm === null ? 0 : placeOn(scale, toNumber(norm.value));
    return (
      <td {...data} class="flows" style={{ '--heat': `${Math.round(4 + heat * 38)}%` }}>
        <span class="norm">{formatNumber(norm?.value)}</span>
        {share === null ? null : <small>{formatPercent(share.value)}</small>}
      </td>
    );
  }
  if (state === 'none') {
    return (
      <td {...data} class="none" title="No path: this task's loss does not depend on the group.">
        –
      </td>
    );
  }
  return (
    <td {...data} class={declared ? `${state} declared` : state} title={stateWords(cell)}>
      <b>{state === 'zero' ? 'zero: 0' : state}</b>
      <small>
        {cuts.map((cut) => (
          <Place key={cut.id} scene={scene} position={cut.position} short />
        ))}
        {declared ? ' as declared' : ''}
        {state === 'excluded' ? 'not trained' : ''}
      </small>
    </td>
  );
}
