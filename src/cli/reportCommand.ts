import { EXIT, type ExitStatus } from './exitStatus.ts';
import { findRun } from './findRun.ts';
import { openRun } from './openRun.ts';
import type { ReportCommand } from './parseCommand.ts';
import { printReport } from './printReport.ts';

/** `mtl-debugger report RUN`. */
export async function reportCommand({ run, runs, json }: ReportCommand): Promise<ExitStatus> {
  const opened = await openRun(findRun(run, runs, process.cwd()));
  await printReport(opened, json);
  return opened.run.stepsDone > 0 ? EXIT.ok : EXIT.nothingObserved;
}
