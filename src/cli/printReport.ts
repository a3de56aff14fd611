import { buildReport } from '../core/report/report.ts';
import { reportText } from '../core/report/text.ts';
import { diagnoseRun } from './diagnoseRun.ts';
import type { OpenedRun } from './openRun.ts';
import { pageWidth, terminalStyle } from './terminalStyle.ts';

/** Writes the report to standard output: one JSON document, or text for people. Resolves when it is written. */
export function printReport(opened: OpenedRun, json: boolean): Promise<void> {
  const { run, found, problems, writerLives } = opened;
  const { findings } = diagnoseRun(opened);
  const report = buildReport(run, { ...found, problems, writerLives, findings });
  const { stdout } = process;
  const text = json
    ? `${JSON.stringify(report, null, 2)}\n`
    : reportText(report, { width: pageWidth(stdout), style: terminalStyle(stdout) });
  return new Promise((resolve) => stdout.write(text, () => resolve()));
}
