import type { VNode } from 'preact';
import { formatNumber } from '../../src/core/report/format.ts';
import { LineChart } from '../chart/lineChart.tsx';
import type { Scene } from '../model/scene.ts';
import { seriesOf, stepNumbers } from '../model/series.ts';
import { lossOf, lossShown } from '../model/values.ts';
import { bandedSeries, windowLossOf } from '../model/windowSeries.ts';
import { Segments } from '../ui.tsx';
import { atStep, Card } from './card.tsx';
import { NotDrawn } from './notDrawn.tsx';
import { SeriesTable } from './seriesTable.tsx';
import { WindowTable } from './windowTable.tsx';

const meanings = {
  raw: 'the loss itself',
  weighted: 'what it adds to the total',
  relative: 'over its first value',
} as const;

/** The losses of all terms over the steps. */
export function LossScales({ scene }: { readonly scene: Scene }): VNode {
  const { run, terms, steps, windows, ui } = scene;
  // A record without windows has its losses at the observed steps alone.
  const windowed = windows.length > 0;
  const unit = ui.lossField === 'relative' ? 'loss / first loss' : 'loss';
  const lines = terms.map(({ id, name, style }) => {
    const figure = formatNumber(lossShown(scene, id, ui.lossField)?.value);
    const series = windowed
      ? bandedSeries(windows, JSON.stringify(['loss', id, ui.lossField]), windowLossOf(run, id, ui.lossField))
      : { series: seriesOf(steps, lossOf(id, ui.lossField)) };
    return { key: id, name, style, figure, ...series };
  });
  const figures = lines.map(({ name, figure }) => `${name} ${figure}`).join(', ');
  return (
    <Card
      scene={scene}
      id="losses"
      title="Loss scale"
      note={`${ui.lossField}: ${meanings[ui.lossField]}, ${atStep(scene)}`}
      controls={
        <>
          <Segments
            label="Scale of the loss axis"
            options={[
              ['log', 'Log'],
              ['linear', 'Linear'],
            ]}
            value={ui.lossScale}
            onChoose={(lossScale) => scene.change({ lossScale })}
          />
          <Segments
            label="Which loss is drawn"
            options={[
              ['raw', 'Raw'],
              ['weighted', 'Weighted'],
              ['relative', 'Relative'],
            ]}
            value={ui.lossField}
            onChoose={(lossField) => scene.change({ lossField })}
          />
        </>
      }
      table={() =>
        windowed ? (
          <WindowTable
            scene={scene}
            caption={`Losses, ${ui.lossField}`}
            columns={terms.map(({ id, name }) => ({ key: id, name, pick: windowLossOf(run, id, ui.lossField) }))}
          />
        ) : (
          <SeriesTable
            scene={scene}
            caption={`Losses, ${ui.lossField}`}
            columns={terms.map(({ id, name }) => ({ key: id, name, pick: lossOf(id, ui.lossField) }))}
          />
        )
      }
    >
      <LineChart
        data={{ steps: stepNumbers(windowed ? windows : steps), lines, scale: ui.lossScale, unit, cursor: scene.step }}
        look={scene.look}
        summary={`Losses over the steps (${ui.lossField}), ${atStep(scene)}: ${figures}. The table has the figures.`}
        onPick={(cursor) => scene.change({ cursor })}
      />
      <NotDrawn lines={lines} scale={ui.lossScale} />
    </Card>
  );
}
