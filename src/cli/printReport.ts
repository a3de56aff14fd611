import type { Report } from '../core/report/report.ts';
import { reportText } from '../core/report/text.ts';
import { pageWidth, terminalStyle } from './terminalStyle.ts';

/** Writes the report to standard output: one JSON document, or text for people. Resolves when it is written. */
export function printReport(report: Report, json: boolean): Promise<void> {
  const { stdout } = process;
  const text = json
    ? `${JSON.stringify(report, null, 2)}\n`
    : reportText(report, { width: pageWidth(stdout), style: terminalStyle(stdout) });
  return new Promise((resolve) => stdout.write(text, () => resolve()));
}
