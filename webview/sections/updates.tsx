import type { VNode } from 'preact';
import { formatNumber } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { Scene } from '../model/scene.ts';
import { newest, updateOf } from '../model/values.ts';
import { atStep, Card } from './card.tsx';
import { SeriesTable } from './seriesTable.tsx';

/** The track runs over these powers of ten. */
const [LOW, HIGH] = [-8, 0];

/** How far the last update moved each group's weights. */
export function Updates({ scene }: { readonly scene: Scene }): VNode {
  const groups = scene.groups.filter(({ kind }) => kind !== 'unreached');
  return (
    <Card
      scene={scene}
      id="updates"
      title="Update to weight"
      note={`length of the update over the length of the weights per variable group, log10, ${atStep(scene)}`}
      table={() => (
        <SeriesTable
          scene={scene}
          caption="Update-to-weight ratio"
          columns={groups.map(({ id, label }) => ({ key: id, name: label, pick: updateOf(id) }))}
        />
      )}
    >
      <table class="figures updates">
        <caption class="hidden">Update-to-weight ratio per group {atStep(scene)}</caption>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col">Learning rate</th>
            <th scope="col" class="track-column">
              <span class="ticks">
                {[-8, -6, -4, -2, 0].map((power) => (
                  <span key={power}>{power}</span>
                ))}
              </span>
              <span class="hidden">log10 of the ratio</span>
            </th>
            <th scope="col">Ratio</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ id, label }) => {
            const ratio = newest(scene.steps, scene.at, updateOf(id));
            return (
              <tr key={id} data-group={id}>
                <th scope="row">{label}</th>
                <td>{learningRate(scene, id)}</td>
                <td class="track-column">
                  <Track ratio={ratio === null ? null : toNumber(ratio.value)} />
                </td>
                <td>{formatNumber(ratio?.value)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

function Track({ ratio }: { readonly ratio: number | null }): VNode {
  const power = ratio === null || !(ratio > 0) || !Number.isFinite(ratio) ? null : Math.log10(ratio);
  const place = power === null ? null : Math.max(0, Math.min(1, (power - LOW) / (HIGH - LOW)));
  return (
    <span class="track" aria-hidden="true">
      {place === null ? null : <span style={{ left: `${(place * 100).toFixed(1)}%` }} />}
    </span>
  );
}

/** The rate of the objective that last moved the group. */
function learningRate({ steps, at, run }: Scene, group: string): string {
  for (let i = at; i >= 0; i--) {
    const step = steps[i];
    if (step !== undefined && step.groups.includes(group)) {
      const objective = run.graph?.objectives.find(({ id }) => id === step.objective);
      return formatNumber(objective?.optimizer?.learningRate);
    }
  }
  return '–';
}
