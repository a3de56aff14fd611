import type { VNode } from 'preact';
import { summariseBoundary, type BoundarySummary } from '../../src/core/report/boundary.ts';
import { counted, formatCount, formatNumber } from '../../src/core/report/format.ts';
import { LineChart } from '../chart/lineChart.tsx';
import type { Scene } from '../model/scene.ts';
import { stepNumbers } from '../model/series.ts';
import { bandedSeries, boundaryNormOf } from '../model/windowSeries.ts';
import { Card } from './card.tsx';
import { NotDrawn } from './notDrawn.tsx';
import { TermName } from './swatch.tsx';
import { WindowTable } from './windowTable.tsx';

/** The tasks' gradients where they first meet: how large they are over the steps, and how they lie to each other. */
export function Boundary({ scene }: { readonly scene: Scene }): VNode | null {
  const { windows } = scene;
  const summaries = summariseBoundary({ windows }, scene.step ?? Infinity).filter(({ tasks }) => tasks.length > 1);
  const reached = new Set(summaries.flatMap(({ tasks }) => tasks.map(({ task }) => task)));
  const terms = scene.terms.filter(({ id }) => reached.has(id));
  if (terms.length === 0) {
    return null;
  }
  const lines = terms.map(({ id, name, style }) => {
    const mean = summaries.flatMap(({ tasks }) => tasks.filter(({ task }) => task === id))[0]?.mean;
    const series = bandedSeries(windows, `boundary ${id}`, boundaryNormOf(id));
    return { key: id, name, style, figure: formatNumber(mean), ...series };
  });
  const told = lines.map(({ name, figure }) => `${name} ${figure}`).join(', ');
  return (
    <Card
      scene={scene}
      id="boundary"
      title="Where the tasks meet"
      note={`L2 norm of each task's weighted gradient as it enters the shared trunk, the mean of recent steps at its end; below: how the tasks lie to each other`}
      table={() => (
        <WindowTable
          scene={scene}
          caption="Gradient norms where the tasks meet"
          columns={terms.map(({ id, name }) => ({ key: id, name, pick: boundaryNormOf(id) }))}
        />
      )}
    >
      <LineChart
        data={{ steps: stepNumbers(windows), lines, scale: 'log', unit: 'norm', cursor: scene.step }}
        look={scene.look}
        summary={`Gradient norms where the tasks meet, over the steps: ${told}. The table has the figures.`}
        onPick={(cursor) => scene.change({ cursor })}
      />
      <NotDrawn lines={lines} scale="log" />
      {summaries.map((summary) => (
        <Cosines key={summary.objective} scene={scene} summary={summary} />
      ))}
    </Card>
  );
}

function Cosines({ scene, summary }: { readonly scene: Scene; readonly summary: BoundarySummary }): VNode {
  const { pairs, from, step, steps } = summary;
  const terms = summary.tasks.flatMap(({ task }) => scene.terms.find(({ id }) => id === task) ?? []);
  const cosine = (a: string, b: string): number | null => {
    const value = pairs.find(({ tasks }) => tasks.includes(a) && tasks.includes(b))?.cosine;
    return value === null || value === undefined ? null : Number(value);
  };
  return (
    <table class="heatmap cosines">
      <caption>
        Cosine between the tasks, median from step {formatCount(from)} to {formatCount(step)} ({counted(steps, 'step')}{' '}
        looked at); below 0 they pull against each other
      </caption>
      <thead>
        <tr>
          <td />
          {terms.slice(1).map(({ id, name }) => (
            <th scope="col" key={id} title={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {terms.slice(0, -1).map((row, i) => (
          <tr key={row.id} data-task={row.id}>
            <th scope="row">
              <TermName term={row} />
            </th>
            {terms
              .slice(1)
              .map(({ id, name }, j) =>
                j < i ? (
                  <td key={id} class="none" />
                ) : (
                  <Cosine key={id} title={`${row.name} and ${name}`} value={cosine(row.id, id)} />
                ),
              )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cosine({ title, value }: { readonly title: string; readonly value: number | null }): VNode {
  const against = value !== null && value < 0;
  return (
    <td
      class={value === null ? 'none' : against ? 'flows against' : 'flows'}
      style={{ '--heat': `${Math.round(4 + Math.max(0, -(value ?? 0)) * 38)}%` }}
      title={title}
    >
      <span class="norm">{value === null ? '–' : formatNumber(Math.round(value * 1000) / 1000)}</span>
    </td>
  );
}
