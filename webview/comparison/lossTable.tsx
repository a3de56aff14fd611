import type { VNode } from 'preact';
import type { ComparedTask } from '../../src/core/report/compare/tasks.ts';
import { formatCount, formatNumber, UNKNOWN } from '../../src/core/report/format.ts';
import { toRecorded } from '../../src/core/run/numbers.ts';
import { RunName } from './runName.tsx';
import type { ComparisonScene } from './scene.ts';

/** More rows than a person reads at once would only slow the page down. */
const ROWS = 50;

interface Props {
  readonly scene: ComparisonScene;
  readonly task: ComparedTask;
  /** All that are drawn, ascending. */
  readonly steps: readonly number[];
}

/** The figures behind a task's lines; while the newest step is looked at, those past the last common one too. */
export function LossTable({ scene, task, steps }: Props): VNode {
  const { cursor } = scene.ui;
  const upTo = cursor === null ? steps : steps.filter((step) => step <= (scene.step ?? cursor));
  const rows = upTo.slice(-ROWS).reverse();
  const losses = task.runs.map((each) => new Map(each?.losses.map(({ step, value }) => [step, value])));
  return (
    <table>
      <caption>
        Losses of {task.name}, raw
        {rows.length < steps.length
          ? `. ${formatCount(rows.length)} observed steps up to step ${formatCount(rows[0] ?? 0)}; the step slider shows others`
          : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          {scene.runs.map((each) => (
            <th scope="col" key={each.id}>
              <RunName each={each} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((step) => (
          <tr key={step}>
            <th scope="row">{formatCount(step)}</th>
            {scene.runs.map(({ id }, i) => {
              const value = losses[i]?.get(step);
              return <td key={id}>{value === undefined ? UNKNOWN : formatNumber(toRecorded(value))}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
