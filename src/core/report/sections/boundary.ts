import { counted, formatCount, formatNumber } from '../format.ts';
import { alignRows, wrap, type Cell, type Row } from '../layout.ts';
import type { Report } from '../report.ts';
import type { BoundarySummary } from '../boundary.ts';
import type { Page, Section } from './page.ts';

/** Pairs of tasks that have a row: those that pull most against each other. */
const PAIRS = 6;

/** How large each task's gradient is where they first meet, and how they lie to each other there. */
export function boundarySection(report: Report, page: Page): Section {
  const met = report.boundary.filter(({ tasks }) => tasks.length > 1);
  return met.flatMap((summary, i) => [...(i === 0 ? [] : ['']), ...linesOf(summary, report, met.length > 1, page)]);
}

function linesOf(summary: BoundarySummary, report: Report, several: boolean, { width, style }: Page): string[] {
  const name = (id: string): string => report.tasks.find((task) => task.id === id)?.name ?? id;
  const objective = report.objectives.find(({ id }) => id === summary.objective)?.name ?? summary.objective;
  const title =
    `Where the tasks meet${several ? ` in ${objective}` : ''}, step ${formatCount(summary.from)} to step ` +
    `${formatCount(summary.step)}, ${counted(summary.steps, 'step')} looked at`;
  const right = (text: string): Cell => ({ text, align: 'right' });
  const faint = (text: string): Cell => ({ text, align: 'right', style: style.faint });
  const norms: Row[] = [
    [{ text: 'task', style: style.faint }, faint('norm'), faint('least'), faint('largest')],
    ...summary.tasks.map(({ task, mean, min, max }): Row => [
      { text: name(task), style: style.strong },
      right(formatNumber(mean)),
      right(formatNumber(min)),
      right(formatNumber(max)),
    ]),
  ];
  const known = summary.pairs.flatMap(({ tasks, cosine }) =>
    cosine === null ? [] : [{ tasks, cosine, value: Number(cosine) }],
  );
  const pairs = known.sort((a, b) => a.value - b.value).slice(0, PAIRS);
  const left = known.length - pairs.length;
  const cosines = pairs.map(({ tasks: [a, b], cosine }): Row => [
    { text: `${name(a)} and ${name(b)}`, style: style.strong },
    right(`cosine ${formatNumber(cosine)}`),
  ]);
  return [
    ...wrap(title, width).map(style.heading),
    ...alignRows(norms, 2),
    ...alignRows(cosines, 2),
    ...(left > 0 ? [style.faint(`  and ${counted(left, 'pair')} with a larger cosine`)] : []),
    ...wrap(
      'norm: L2 norm of the weighted gradient at the tensors of the shared trunk that several towers read. cosine: median of ' +
        'the windows; below 0 the tasks pull against each other.',
      width,
      2,
    ).map(style.faint),
  ];
}
