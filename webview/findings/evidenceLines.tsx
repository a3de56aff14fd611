import type { VNode } from 'preact';
import { formatCount } from '../../src/core/report/format.ts';
import type { ShownEvidence } from '../../src/protocol/shownFindings.ts';
import { LineChart } from '../chart/lineChart.tsx';
import { figure, smallChart, type SmallChart } from '../model/evidence.ts';
import type { Scene } from '../model/scene.ts';
import { NotDrawn } from '../sections/notDrawn.tsx';
import { Check } from '../ui.tsx';

interface Props {
  readonly scene: Scene;
  /** Id of the finding. */
  readonly finding: string;
  readonly evidence: readonly ShownEvidence[];
}

const HEIGHT = 150;
const ROWS = 50;

/** The lines behind the first number that has any, with a table behind them. */
export function EvidenceLines({ scene, finding, evidence }: Props): VNode | null {
  const { tables } = scene.ui;
  for (const each of evidence) {
    const chart = smallChart(each, scene.terms);
    if (chart !== null) {
      const key = `finding ${finding}`;
      const open = tables.includes(key);
      const toggle = (checked: boolean): void =>
        scene.change({ tables: checked ? [...tables, key] : tables.filter((other) => other !== key) });
      return (
        <div class="evidence-lines">
          <header>
            <span class="note">{each.name}</span>
            <Check checked={open} onChange={toggle} label={`Table of ${each.name}`}>
              Table
            </Check>
          </header>
          <LineChart
            data={{ ...chart, unit: each.unit, cursor: scene.step, height: HEIGHT }}
            look={scene.look}
            summary={`${each.name} over the steps: ${chart.lines.map(({ name, figure: last }) => `${name} ${last}`).join(', ')}. The table has the figures.`}
            onPick={(cursor) => scene.change({ cursor })}
          />
          <NotDrawn lines={chart.lines} scale={chart.scale} />
          {open ? (
            <div class="table" role="region" aria-label={`Table of ${each.name}, scrolls`} tabIndex={0}>
              <LinesTable caption={each.name} chart={chart} unit={each.unit} />
            </div>
          ) : null}
        </div>
      );
    }
  }
  return null;
}

interface TableProps {
  readonly caption: string;
  readonly chart: SmallChart;
  readonly unit: string;
}

function LinesTable({ caption, chart: { steps, lines }, unit }: TableProps): VNode {
  const rows = steps.map((step, i) => ({ step, i })).slice(-ROWS);
  return (
    <table>
      <caption>
        {caption}
        {steps.length > rows.length ? `, the newest ${rows.length} of ${formatCount(steps.length)} steps` : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          {lines.map(({ key, name }) => (
            <th scope="col" key={key}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.reverse().map(({ step, i }) => (
          <tr key={step}>
            <th scope="row">{formatCount(step)}</th>
            {lines.map(({ key, series }) => {
              const value = series.values[i] ?? null;
              return <td key={key}>{value === null ? '–' : figure(value, unit)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
