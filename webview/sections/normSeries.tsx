import type { VNode } from 'preact';
import { formatNumber } from '../../src/core/report/format.ts';
import { LineChart } from '../chart/lineChart.tsx';
import { groupLabel, type Scene } from '../model/scene.ts';
import { firstMeasured, seriesOf, stepNumbers } from '../model/series.ts';
import { newest, normOf } from '../model/values.ts';
import { Select } from '../ui.tsx';
import { atStep, Card } from './card.tsx';
import { NotDrawn } from './notDrawn.tsx';
import { SeriesTable } from './seriesTable.tsx';

/** The gradient norms of all terms in one variable group over the steps. */
export function NormSeries({ scene }: { readonly scene: Scene }): VNode | null {
  const { terms, steps, at, ui, groups } = scene;
  const group = groups.find(({ id }) => id === ui.group)?.id ?? groups[0]?.id;
  if (group === undefined) {
    return null;
  }
  const lines = terms
    .filter(({ id }) => firstMeasured(steps, normOf(group, id)) !== -1)
    .map(({ id, name, style }) => {
      const pick = normOf(group, id);
      const figure = formatNumber(newest(steps, at, pick)?.value);
      return { key: id, name, style, series: seriesOf(steps, pick), figure };
    });
  const label = groupLabel(scene, group);
  return (
    <Card
      scene={scene}
      id="norm-series"
      title="Gradient norm over steps"
      note={`L2 norm of the weighted gradient in ${label}, ${atStep(scene)}`}
      controls={
        <Select
          label="Variable group"
          options={groups.map((each) => [each.id, each.label])}
          value={group}
          onChoose={(chosen) => scene.change({ group: chosen })}
        />
      }
      table={() => (
        <SeriesTable
          scene={scene}
          caption={`Gradient norms in ${label}`}
          columns={lines.map(({ key, name }) => ({ key, name, pick: normOf(group, key) }))}
        />
      )}
    >
      {lines.length === 0 ? (
        <p class="faint">No gradient was measured in {label}.</p>
      ) : (
        <LineChart
          data={{ steps: stepNumbers(steps), lines, scale: 'log', unit: 'norm', cursor: scene.step }}
          look={scene.look}
          summary={`Gradient norms in ${label} over the steps, ${atStep(scene)}: ${lines.map(({ name, figure }) => `${name} ${figure}`).join(', ')}. The table has the figures.`}
          onPick={(cursor) => scene.change({ cursor })}
        />
      )}
      <NotDrawn lines={lines} scale="log" />
    </Card>
  );
}
