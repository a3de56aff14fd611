import { toNumber } from '../../run/numbers.ts';
import type { FeatureUse, VariableEntry } from '../../run/record.ts';
import { counted, formatCount, formatNames, formatNumber, formatPercent, formatPosition } from '../format.ts';
import { alignRows, wrap, type Row } from '../layout.ts';
import type { Report } from '../report.ts';
import { groupLabel, taskName } from './cuts.ts';
import type { Page, Section } from './page.ts';

/** The first loss of a task that is not a number any more. */
export function nonFiniteSection(report: Report, page: Page): Section {
  const events = eventsOf(report, 'nonFinite');
  return eventLines('Losses that are not finite', events, page);
}

/** An optimizer that applies one variable's moments to another. */
export function optimizerStateSection(report: Report, page: Page): Section {
  const events = eventsOf(report, 'optimizerState');
  return eventLines('Mixed optimizer state', events, page);
}

/** Events that no finding of the same name tells. */
function eventsOf({ events, findings }: Report, name: 'nonFinite' | 'optimizerState'): Report['events'] {
  return findings.some(({ rule }) => rule === name) ? [] : events.filter(({ kind }) => kind === name);
}

export function noticeSection(report: Report, page: Page): Section {
  const events = report.events.filter(({ kind }) => kind === 'notice');
  return eventLines('Notices', events, page);
}

function eventLines(heading: string, events: Report['events'], { width, style }: Page): Section {
  if (events.length === 0) {
    return [];
  }
  return [
    style.heading(heading),
    ...events.flatMap(({ kind, step, task, position, message }) => {
      const who = task === null ? '' : `, ${task}`;
      const place = position === null ? '' : ` (${formatPosition(position)})`;
      const [first = '', ...rest] = wrap(`step ${formatCount(step)}${who}: ${message}${place}`, width, 4);
      return [`  ${kind === 'notice' ? '-' : style.bad('✗')} ${first.trimStart()}`, ...rest];
    }),
  ];
}

/** For every prediction that another task uses: how much of that task's gradient flows through it. */
export function featureSection(report: Report, { width, style }: Page): Section {
  if (report.features.length === 0) {
    return [];
  }
  return [
    style.heading('Predictions used as features'),
    ...report.features.flatMap((feature) => {
      const [of, by] = [taskName(report, feature.of), taskName(report, feature.usedBy)];
      const verdict = feature.carries
        ? `${by} uses ${of}'s prediction, and its gradient flows back through it, which was not declared.`
        : feature.declared
          ? `${by} uses ${of}'s prediction; stopGradient keeps its gradient out, as declared.`
          : `${by} uses ${of}'s prediction; its gradient is cut off there, which was not declared.`;
      const [first = '', ...rest] = wrap(verdict, width, 4);
      const mark = feature.declared ? style.good('✓') : style.warn('!');
      // Where the prediction makes no difference, as in the other task's own tower, there is nothing to tell.
      const rows = feature.groups
        .filter(({ norm, without }) => norm !== without)
        .map((group) => featureRow(report, group));
      return [`  ${mark} ${first.trimStart()}`, ...rest, ...alignRows(rows, 4)];
    }),
    ...wrap('norm: of the weighted gradient, over all paths and without those through the prediction.', width, 2).map(
      style.faint,
    ),
  ];
}

function featureRow(report: Report, { group, norm, without }: FeatureUse['groups'][number]): Row {
  const all = toNumber(norm);
  const change = 1 - toNumber(without) / all;
  const size = formatPercent(Math.abs(change));
  const words = change === 1 ? 'all of it flows through' : change < 0 ? `${size} more without` : `${size} less without`;
  return [
    { text: `in ${groupLabel(report, group)}` },
    { text: `norm ${formatNumber(norm)}` },
    { text: `without it ${formatNumber(without)}` },
    { text: Number.isFinite(change) ? words : '' },
  ];
}

/** Variables that no update moves: reached by no loss, frozen, or left out of the list. */
export function untrainedSection(report: Report, { width, style }: Page): Section {
  const lines = report.groups.flatMap(({ kind, label, variables }) => {
    const names = (list: readonly VariableEntry[]): string => formatNames(list.map(({ name }) => name));
    const say = (list: readonly VariableEntry[], why: string): string[] =>
      list.length === 0
        ? []
        : wrap(`- ${label}: ${counted(list.length, 'variable')} ${why}: ${names(list)}`, width, 2, 4);
    const frozen = variables.filter(({ status }) => status === 'frozen');
    const notListed = variables.filter(({ status }) => status === 'notListed');
    const unreached = kind === 'unreached' ? variables.filter(({ status }) => status === 'trained') : [];
    return [
      ...say(unreached, 'that no loss reaches'),
      ...say(frozen, 'frozen (trainable = false)'),
      ...say(notListed, 'left out of the list that is minimised over'),
    ];
  });
  return lines.length === 0 ? [] : [style.heading('Not trained'), ...lines];
}

/** The newest validation, as the runtime library computed it. */
export function validationSection(report: Report, { style }: Page): Section {
  const newest = report.validation.at(-1);
  if (newest === undefined) {
    return [];
  }
  const rows = Object.entries(newest.tasks).map(([task, metrics]): Row => [
    { text: task, style: style.strong },
    ...Object.entries(metrics).map(([name, value]) => ({ text: `${name} ${formatNumber(value)}` })),
  ]);
  return [
    style.heading(`Validation after epoch ${formatCount(newest.epoch)}, step ${formatCount(newest.step)}`),
    ...alignRows(rows, 2),
  ];
}

/** What of the record could not be read, and where it lies. */
export function recordSection({ run, problems }: Report, { width, style }: Page): Section {
  const { cutShort, unknown, damaged, damagedLines } = problems;
  const [firstDamaged] = damagedLines;
  const told = [
    ...(cutShort ? ['Its last line is cut in the middle and was left out.'] : []),
    ...(unknown === 0 ? [] : [`${counted(unknown, 'line')} of an unknown type left out.`]),
    ...(firstDamaged === undefined
      ? []
      : [
          `${counted(damaged, 'damaged line')} left out, first line ${formatCount(firstDamaged.line)} (${firstDamaged.fault}).`,
        ]),
  ];
  return [
    `Record: ${style.strong(wrap(run.record, Infinity).join(' '))}`,
    ...told.flatMap((each) => wrap(each, width, 2)),
  ];
}
