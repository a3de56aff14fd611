import type { VNode } from 'preact';
import { standingAt, type ComparedTask } from '../../src/core/report/compare/tasks.ts';
import { formatCount, formatNumber } from '../../src/core/report/format.ts';
import { toRecorded } from '../../src/core/run/numbers.ts';
import { LineChart } from '../chart/lineChart.tsx';
import type { Line } from '../chart/plot.ts';
import { seriesFrom } from '../model/series.ts';
import { Card } from '../sections/card.tsx';
import { NotDrawn } from '../sections/notDrawn.tsx';
import { Segments } from '../ui.tsx';
import { LossTable } from './lossTable.tsx';
import type { ComparisonScene } from './scene.ts';

interface Props {
  readonly scene: ComparisonScene;
  readonly task: ComparedTask;
  readonly index: number;
}

/** A task's loss over the steps, a line for every run. */
export function LossLines({ scene, task, index }: Props): VNode {
  const { ui } = scene;
  const steps = stepsOf(task);
  const standing = standingAt(task, scene.step);
  const lines = scene.runs.flatMap(({ id, letter, style }, i): Line[] => {
    const losses = task.runs[i]?.losses ?? [];
    const byStep = new Map(losses.map(({ step, value }) => [step, value]));
    const loss = standing?.losses[i];
    const figure = loss == null ? '' : formatNumber(toRecorded(loss));
    const series = seriesFrom(steps.map((step) => byStep.get(step) ?? null));
    return losses.length === 0 ? [] : [{ key: id, name: letter, style, series, figure }];
  });
  const at = standing === null ? 'no common step' : `at step ${formatCount(standing.step)}`;
  const told = lines.map(({ name, figure }) => `${name} ${figure}`).join(', ');
  return (
    <Card
      scene={scene}
      id={`loss-${index}`}
      title={`${task.name} loss`}
      note={`raw, ${at}`}
      controls={
        <Segments
          label={`Scale of the axis of ${task.name}`}
          options={[
            ['log', 'Log'],
            ['linear', 'Linear'],
          ]}
          value={ui.lossScale}
          onChoose={(lossScale) => scene.change({ lossScale })}
        />
      }
      table={() => <LossTable scene={scene} task={task} steps={steps} />}
    >
      {lines.length === 0 ? (
        <p class="faint">No loss of {task.name} was observed.</p>
      ) : (
        <LineChart
          data={{ steps, lines, scale: ui.lossScale, unit: 'loss', cursor: scene.step }}
          look={scene.look}
          summary={`Loss of ${task.name} over the steps, one line per run, ${at}: ${told}. The table has the figures.`}
          onPick={(cursor) => scene.change({ cursor })}
        />
      )}
      <NotDrawn lines={lines} scale={ui.lossScale} />
    </Card>
  );
}

/** The steps at which any run observed the task, ascending. */
function stepsOf({ runs }: ComparedTask): number[] {
  const steps = new Set(runs.flatMap((task) => task?.losses.map(({ step }) => step) ?? []));
  return [...steps].filter(Number.isFinite).sort((a, b) => a - b);
}
