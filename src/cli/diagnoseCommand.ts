import { diagnosisText } from '../core/diagnosis/text.ts';
import { diagnoseRun } from './diagnoseRun.ts';
import { EXIT, statusOfDiagnosis, type ExitStatus } from './exitStatus.ts';
import { findRun } from './findRun.ts';
import { openRun, type OpenedRun } from './openRun.ts';
import type { DiagnoseCommand } from './parseDiagnose.ts';
import { pageWidth, terminalStyle } from './terminalStyle.ts';
import { trainFile } from './trainCommand.ts';

/** `mtl-debugger diagnose RUN|FILE`. */
export async function diagnoseCommand({ of, whyNot, failOn, json }: DiagnoseCommand): Promise<ExitStatus> {
  const { opened, status } = 'run' in of ? await openRecorded(of) : await trainFile(of);
  const document = diagnoseRun(opened);
  const { stdout } = process;
  const text = json
    ? `${JSON.stringify(document, null, 2)}\n`
    : diagnosisText(document, { whyNot, width: pageWidth(stdout), style: terminalStyle(stdout) });
  await new Promise<void>((resolve) => stdout.write(text, () => resolve()));
  return statusOfDiagnosis(document, failOn, status);
}

async function openRecorded(of: {
  readonly run: string;
  readonly runs: string | null;
}): Promise<{ opened: OpenedRun; status: ExitStatus }> {
  const opened = await openRun(findRun(of.run, of.runs, process.cwd()));
  return { opened, status: opened.run.stepsDone > 0 ? EXIT.ok : EXIT.nothingObserved };
}
