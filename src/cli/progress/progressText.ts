import { counted } from '../../core/report/format.ts';
import { alignRows, type Row } from '../../core/report/layout.ts';
import { headline, type Progress } from '../../core/report/progress.ts';
import type { Style } from '../../core/report/style.ts';

/** The whole of it in one line, for logs. */
export function progressLine(progress: Progress): string {
  const losses = progress.losses.map(({ task, raw }) => `${task} ${raw}`).join(', ');
  return `${headline(progress)}${losses === '' ? '' : `: loss ${losses}`}`;
}

/** The block that is redrawn in place: the head line and a line per task, at most `rows` lines. */
export function progressBlock(progress: Progress, name: string, style: Style, rows: number): string[] {
  const fitting = Math.max(1, rows - 2);
  const shown = progress.losses.slice(0, progress.losses.length > fitting ? fitting - 1 : fitting);
  const table = shown.map(({ task, raw, relative, finite }): Row => [
    { text: task, style: style.strong },
    { text: raw, align: 'right', ...(finite ? {} : { style: style.bad }) },
    { text: `${relative} of the first`, align: 'right', style: style.faint },
  ]);
  const more = progress.losses.length - shown.length;
  return [
    `${style.strong(name)}  ${headline(progress)}`,
    ...(progress.losses.length === 0 ? [style.faint('  no loss was observed yet')] : alignRows(table, 2)),
    ...(more > 0 ? [style.faint(`  and ${counted(more, 'more task')}`)] : []),
  ];
}
