import { EXIT, type ExitStatus } from './exitStatus.ts';
import { findRun } from './findRun.ts';
import { openReport } from './openReport.ts';
import type { ReportCommand } from './parseCommand.ts';
import { printReport } from './printReport.ts';

/** `mtl-debugger report RUN`. */
export async function reportCommand({ run, runs, json }: ReportCommand): Promise<ExitStatus> {
  const report = await openReport(findRun(run, runs, process.cwd()));
  await printReport(report, json);
  return report.run.steps > 0 ? EXIT.ok : EXIT.nothingObserved;
}
