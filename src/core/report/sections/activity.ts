import { toNumber } from '../../run/numbers.ts';
import { activityName, favourite, trouble, type ActivitySummary } from '../activity.ts';
import { counted, formatCount, formatNumber, formatPercent } from '../format.ts';
import { alignRows, wrap, type Cell, type Row } from '../layout.ts';
import type { Report } from '../report.ts';
import type { Page, Section } from './page.ts';

/** More layers are for the JSON document. */
const MOST = 12;

/** Units that let no gradient through, and gates that listen to one expert; what is lively is one sentence. */
export function activitySection(report: Report, page: Page): Section {
  const several = report.activity.length > 1;
  return report.activity.flatMap((activity, i) => [
    ...(i === 0 ? [] : ['']),
    ...objectiveLines(
      activity,
      several ? (report.objectives.find(({ id }) => id === activity.objective)?.name ?? activity.objective) : null,
      page,
    ),
  ]);
}

function objectiveLines(
  { step, activations, gates }: ActivitySummary,
  objective: string | null,
  { width, style }: Page,
): string[] {
  const troubled = activations.filter((each) => trouble(each) > 0);
  const lively = activations.length - troubled.length;
  const right = (text: string, tone?: (text: string) => string): Cell => ({
    text,
    align: 'right',
    ...(tone === undefined ? {} : { style: tone }),
  });
  const titles = ['units', 'at 0', 'dead', 'saturated'];
  const rows: Row[] = [
    [
      { text: 'activation', style: style.faint },
      { text: '', style: style.faint },
      ...titles.map((each) => right(each, style.faint)),
    ],
    ...troubled
      .slice(0, MOST)
      .map((each): Row => [
        { text: activityName(each), style: style.strong },
        { text: each.op },
        right(formatCount(each.units)),
        right(each.zero === null ? '–' : formatCount(each.zero)),
        right(each.dead === null ? '–' : formatCount(each.dead), (each.dead ?? 0) > 0 ? style.warn : undefined),
        right(formatPercent(each.saturated), toNumber(each.saturated ?? 0) > 0.5 ? style.warn : undefined),
      ]),
  ];
  const gateRows: Row[] = [
    [
      { text: 'gate', style: style.faint },
      ...['experts', 'entropy', 'collapsed rows'].map((each) => right(each, style.faint)),
      { text: 'most weight', style: style.faint },
    ],
    ...gates.slice(0, MOST).map((gate): Row => {
      const { expert, part } = favourite(gate);
      return [
        { text: activityName(gate), style: style.strong },
        right(formatCount(gate.experts)),
        right(formatNumber(gate.entropy)),
        right(formatPercent(gate.collapsed), toNumber(gate.collapsed) > 0.9 ? style.warn : undefined),
        { text: `expert ${formatCount(expert)}: ${formatPercent(part)}` },
      ];
    }),
  ];
  const unseen = Math.max(0, troubled.length - MOST) + Math.max(0, gates.length - MOST);
  const calm =
    lively === 0
      ? []
      : [
          `${troubled.length === 0 ? '' : 'Other '}${counted(lively, 'activation')}: every unit alive, nothing saturated.`,
        ];
  const title = `Activations${gates.length > 0 ? ' and gates' : ''} at step ${formatCount(step)}`;
  return [
    ...wrap(`${title}${objective === null ? '' : `: ${objective}`}`, width).map(style.heading),
    ...(gates.length === 0 ? [] : alignRows(gateRows, 2)),
    ...(troubled.length === 0 ? [] : alignRows(rows, 2)),
    ...(unseen === 0 ? [] : [`  ${style.faint(`and ${formatCount(unseen)} more`)}`]),
    ...[...calm, ...legendOf(troubled.length > 0, gates.length > 0)].flatMap((line, i) =>
      wrap(line, width, 2).map(i < calm.length ? (text: string): string => text : style.faint),
    ),
  ];
}

function legendOf(hasTroubled: boolean, hasGates: boolean): string[] {
  return [
    ...(hasTroubled
      ? [
          'at 0: units that are 0 on every row of the batch. dead: they were so for 500 samples or more. saturated: values whose ' +
            'input is beyond 5 in size, where next to no gradient passes.',
        ]
      : []),
    ...(hasGates
      ? ['entropy: 1 where all experts weigh the same, 0 where one has all. collapsed rows: less than 0.05.']
      : []),
  ];
}
