import { cosineVerdict, type CosineSummary } from '../cosines.ts';
import { counted, formatCount, formatNumber } from '../format.ts';
import { alignRows, wrap, type Cell, type Row } from '../layout.ts';
import type { Report } from '../report.ts';
import type { Page, Section } from './page.ts';

/** More pairs are for the JSON document. */
const MOST = 20;

/** Per shared group and pair of tasks: whether their gradients agree, with the noise of the batches and without. */
export function cosineSection(report: Report, page: Page): Section {
  const { cosines } = report;
  if (cosines.length === 0) {
    return [];
  }
  const { style, width } = page;
  const right = (text: string, tone = style.faint): Cell => ({ text, align: 'right', style: tone });
  const shown = cosines.slice(0, MOST);
  const rows: Row[] = [
    [{ text: '' }, right('raw'), right('corrected'), right('95 % interval'), { text: '', style: style.faint }],
    ...[...new Set(shown.map(({ group }) => group))].flatMap((group): Row[] => {
      const [label = ''] = wrap(report.groups.find(({ id }) => id === group)?.label ?? group, Infinity);
      return [
        `  ${style.strong(label)}`,
        ...shown.filter((each) => each.group === group).flatMap((each): Row[] => pairRows(report, each, page)),
      ];
    }),
  ];
  return [
    ...wrap(`Agreement of the tasks' gradients${stepsOf(cosines)}`, width).map(style.heading),
    ...alignRows(rows, 2),
    ...(cosines.length > MOST ? [`  ${style.faint(`and ${formatCount(cosines.length - MOST)} more pairs`)}`] : []),
    ...wrap(legendOf(cosines), width, 2).map(style.faint),
  ];
}

/** A verdict that is a sentence stands on a line of its own: the table stays narrow. */
function pairRows(report: Report, pair: CosineSummary, page: Page): Row[] {
  const { raw, corrected } = pair;
  const measured = corrected?.verdict === 'measured' ? corrected : null;
  const right = (text: string): Cell => ({ text, align: 'right' });
  const cells: Cell[] = [
    { text: `  ${pair.tasks.map((task) => nameOf(report, task)).join(', ')}` },
    right(raw === null ? '–' : formatCosine(raw.cosine)),
    right(measured === null ? '–' : formatCosine(measured.cosine)),
    right(measured === null ? '–' : `${formatCosine(measured.low)} to ${formatCosine(measured.high)}`),
  ];
  return measured === null
    ? [cells, ...wrap(cosineVerdict(pair), page.width, 6).map(page.style.faint)]
    : [[...cells, { text: cosineVerdict(pair), style: verdictStyle(measured, page) }]];
}

function legendOf(cosines: readonly CosineSummary[]): string {
  const mixed = cosines.some(({ corrected }) => corrected?.independent === false);
  return (
    "raw: cosine between two tasks' gradients, median of the recent observed steps; the noise of the batches pulls it to 0, or to " +
    "one side where both tasks have it in common. corrected: from the halves of batches, without that noise; below 0 the tasks' " +
    'true gradients pull apart.' +
    (mixed
      ? ' Here the halves of a batch have to do with one another (BatchNorm, or another operation over the batch): the ' +
        'correction takes out a part of the noise only.'
      : '')
  );
}

function stepsOf(cosines: readonly CosineSummary[]): string {
  const corrected = cosines.flatMap((each) => each.corrected ?? []);
  if (corrected.length === 0) {
    return '';
  }
  const steps = Math.max(...corrected.map((each) => each.steps));
  const from = Math.min(...corrected.map((each) => each.from));
  return `, halves of ${counted(steps, 'batch', 'batches')} from step ${formatCount(from)} to ${formatCount(Math.max(...corrected.map(({ step }) => step)))}`;
}

function verdictStyle({ low, high }: { low: number; high: number }, { style }: Page): (text: string) => string {
  return high < 0 ? style.warn : low > 0 ? style.good : style.faint;
}

function nameOf(report: Report, task: string): string {
  return report.tasks.find(({ id }) => id === task)?.name ?? task;
}

/** Two decimals: no interval is narrower. */
export function formatCosine(cosine: Parameters<typeof formatNumber>[0]): string {
  return typeof cosine === 'number' ? cosine.toFixed(2).replace(/^-(0\.00)$/, '$1') : formatNumber(cosine);
}
