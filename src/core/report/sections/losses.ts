import type { Objective } from '../../run/record.ts';
import { formatCount, formatNumber, formatPosition } from '../format.ts';
import { alignRows, wrap, type Cell, type Row } from '../layout.ts';
import type { Report } from '../report.ts';
import type { TaskSummary } from '../tasks.ts';
import type { Page, Section } from './page.ts';

/** Per task: the first and the last raw loss, and what becomes of it in the total. */
export function lossSection(report: Report, page: Page): Section {
  const ids = [...new Set(report.tasks.map(({ objective }) => objective))];
  const grouped = report.groups.length > 0;
  const measured = report.tasks.some(({ first }) => first !== null);
  const lines = ids.flatMap((id) => {
    const tasks = report.tasks.filter(({ objective }) => objective === id);
    const objective = report.objectives.find((each) => each.id === id);
    return [...(id === ids[0] ? [] : ['']), ...objectiveLines(tasks, objective, ids.length > 1, grouped, page)];
  });
  return lines.length === 0 ? [] : [...lines, ...(measured ? legendLines(page) : [])];
}

function legendLines({ width, style }: Page): string[] {
  const legend =
    'first, last: the raw loss. relative: last over first. weighted: the part of the total. ' +
    'scale: size of the weighted loss over the smallest task\'s; all but "first" at the last step.';
  return wrap(legend, width, 2).map(style.faint);
}

function objectiveLines(
  tasks: readonly TaskSummary[],
  objective: Objective | undefined,
  several: boolean,
  grouped: boolean,
  { width, style }: Page,
): string[] {
  const seen = tasks.filter(({ first }) => first !== null);
  const [head] = seen;
  const steps =
    head?.first && head.last ? `, step ${formatCount(head.first.step)} to step ${formatCount(head.last.step)}` : '';
  const title = several ? `Loss per task: ${objective?.name ?? 'an objective without a name'}` : 'Loss per task';
  const notes = [
    ...(objective === undefined ? [] : [trainedBy(objective)]),
    ...(objective?.note == null ? [] : [objective.note]),
    // Where no gradient was measured, a total may be of several tasks.
    ...(grouped && tasks.filter(({ kind }) => kind === 'task').length === 1 ? [oneTask(tasks)] : []),
  ];
  const right = (text: string, tone?: (text: string) => string): Cell => ({
    text,
    align: 'right',
    ...(tone === undefined ? {} : { style: tone }),
  });
  const titles = ['first', 'last', 'relative', 'weight', 'weighted', 'scale'];
  const rows: Row[] = [
    [{ text: 'task', style: style.faint }, ...titles.map((each) => right(each, style.faint))],
    ...tasks.map(({ name, kind, first, last }): Row => {
      const scale = last?.scale ?? null;
      const values = [
        formatNumber(first?.raw),
        formatNumber(last?.raw),
        formatNumber(last?.relative),
        formatNumber(last?.weight),
        formatNumber(last?.weighted),
        scale === null || scale === 'NaN' ? formatNumber(scale) : `×${formatNumber(scale)}`,
      ];
      return [
        { text: kind === 'task' ? name : `(${name})`, style: style.strong },
        ...values.map((value) => right(value, /NaN|∞/.test(value) ? style.bad : undefined)),
      ];
    }),
  ];
  return [
    ...wrap(`${title}${steps}`, width).map(style.heading),
    ...notes.flatMap((note) => wrap(note, width, 2)),
    ...(seen.length === 0 ? [] : alignRows(rows, 2)),
  ];
}

function trainedBy({ via, optimizer, position }: Objective): string {
  const rate = optimizer?.learningRate == null ? '' : ` with learning rate ${formatNumber(optimizer.learningRate)}`;
  const by = optimizer === null ? '' : `, ${optimizer.name}${rate}`;
  return `${via}${position === null ? '' : ` at ${formatPosition(position)}`}${by}.`;
}

function oneTask(tasks: readonly TaskSummary[]): string {
  const name = tasks.find(({ kind }) => kind === 'task')?.name ?? '';
  return `There is one task, ${name}: no other shares its variables, so nothing is compared between tasks.`;
}
