import path from 'node:path';
import { counted } from '../../core/report/format.ts';
import type { RunState } from '../../core/run/run.ts';
import { t } from '../text.ts';
import type { RunSummary } from './readSummary.ts';

/** How a run is shown in a list. */
export interface RunLabel {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** A codicon; it differs in shape, not in colour alone. */
  readonly icon: string;
  readonly colour: string | null;
}

export function stateWord(state: RunState | 'unreadable'): string {
  return {
    running: t('running'),
    finished: t('finished'),
    failed: t('failed'),
    cancelled: t('cancelled'),
    exited: t('exited'),
    interrupted: t('interrupted'),
    'cut short': t('cut short'),
    unreadable: t('cannot be read'),
  }[state];
}

const icons: Record<RunState | 'unreadable', readonly [icon: string, colour: string | null]> = {
  running: ['sync~spin', null],
  finished: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  cancelled: ['circle-slash', null],
  exited: ['warning', 'testing.iconErrored'],
  interrupted: ['debug-disconnect', null],
  'cut short': ['debug-disconnect', null],
  unreadable: ['question', null],
};

/** @param locale a BCP 47 tag: how the time is written */
export function runLabel(run: RunSummary, locale: string): RunLabel {
  const time = run.time === null ? null : writtenTime(new Date(run.time), locale);
  const tasks = run.tasks.join(', ');
  const [icon, colour] = icons[run.state];
  const facts = [
    run.entry ?? run.folder,
    run.reason === null ? stateWord(run.state) : `${stateWord(run.state)}: ${run.reason}`,
    ...(time === null ? [] : [t('started {0}', time)]),
    counted(run.steps, 'step'),
    ...(tasks === '' ? [] : [t('tasks: {0}', tasks)]),
    run.folder,
  ];
  return {
    label: run.entry === null ? run.name : path.basename(run.entry),
    description: [stateWord(run.state), time, tasks].filter((part) => part !== null && part !== '').join(' · '),
    tooltip: facts.join('\n'),
    icon,
    colour,
  };
}

function writtenTime(time: Date, locale: string): string {
  return Number.isNaN(time.getTime())
    ? t('at an unknown time')
    : time.toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}
