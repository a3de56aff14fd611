import type { VariableGroup } from '../../run/record.ts';
import { counted, formatCount, formatNumber, formatPercent } from '../format.ts';
import { alignRows, wrap, type Cell, type Row } from '../layout.ts';
import type { NormSummary } from '../norms.ts';
import type { Report } from '../report.ts';
import type { Page, Section } from './page.ts';

/** Per variable group and task: how the gradient gets there, its norm, and its share of the update. */
export function normSection(report: Report, page: Page): Section {
  const ids = [...new Set(report.norms.map(({ objective }) => objective))];
  const lines = ids.flatMap((id) => {
    const norms = report.norms.filter(({ objective }) => objective === id);
    const name = report.objectives.find((each) => each.id === id)?.name ?? id;
    return [...(id === ids[0] ? [] : ['']), ...objectiveLines(report, norms, ids.length > 1 ? name : null, page)];
  });
  return lines.length === 0 ? [] : [...lines, ...legendLines(page)];
}

function legendLines({ width, style }: Page): string[] {
  const legend =
    "L2 norm of the weighted loss's gradient over all variables of the group (median: of its numbers, without NaN). share: the task's part in the group's " +
    "last update, in the optimizer's metric; below 0 it works against the others. update: length of the last update " +
    'over length of the weights.';
  return wrap(legend, width, 2).map(style.faint);
}

function objectiveLines(
  report: Report,
  norms: readonly NormSummary[],
  objective: string | null,
  { width, style }: Page,
): string[] {
  const { norm } = norms.find((each) => each.norm !== null) ?? { norm: null };
  const steps =
    norm === null
      ? ''
      : `, ${counted(norm.observed, 'observed step')} from ${formatCount(norm.firstStep)} to ${formatCount(norm.lastStep)}`;
  const names = new Map(report.tasks.map(({ id, name }) => [id, name]));
  const right = (text: string, tone = style.faint): Cell => ({ text, align: 'right', style: tone });
  const plain = (text: string): string => (/NaN|∞/.test(text) ? style.bad(text) : text);
  const rows: Row[] = [
    [{ text: '' }, { text: 'path', style: style.faint }, right('median'), right('last'), right('share of update')],
  ];
  for (const group of new Set(norms.map((each) => each.group))) {
    const inGroup = norms.filter((each) => each.group === group);
    rows.push(
      groupLine(
        report.groups.find(({ id }) => id === group),
        group,
        inGroup[0]?.updateRatio ?? null,
        style,
      ),
    );
    for (const each of inGroup) {
      const share = formatPercent(each.share?.last);
      rows.push([
        { text: `  ${names.get(each.task) ?? each.task}` },
        { text: pathWord(each), style: tone(each, style) },
        right(formatNumber(each.norm?.median), plain),
        right(formatNumber(each.norm?.last), plain),
        right(share, plain),
      ]);
    }
  }
  return [
    ...wrap(
      `Gradient norm per variable group and task${objective === null ? '' : `: ${objective}`}${steps}`,
      width,
    ).map(style.heading),
    ...alignRows(rows, 2),
  ];
}

function groupLine(
  group: VariableGroup | undefined,
  id: string,
  updateRatio: NormSummary['updateRatio'],
  style: Page['style'],
): string {
  const facts = [
    ...(group === undefined ? [] : [counted(group.size, 'weight')]),
    ...(updateRatio === null ? [] : [`update ${formatNumber(updateRatio.last)}`]),
  ];
  const [label = ''] = wrap(group?.label ?? id, Infinity);
  return `  ${style.strong(label)}${facts.length === 0 ? '' : style.faint(`  ${facts.join(', ')}`)}`;
}

function pathWord({ state, declared }: NormSummary): string {
  if (state === null) {
    return '';
  }
  return declared && state !== 'flows' ? `${state} (declared)` : state;
}

function tone({ state, declared }: NormSummary, style: Page['style']): (text: string) => string {
  if (state === 'cut' || state === 'zero') {
    return declared ? style.faint : style.bad;
  }
  return state === 'flows' ? style.good : style.warn;
}
