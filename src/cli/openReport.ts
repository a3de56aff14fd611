import { buildReport, hasHeader, type Report } from '../core/report/report.ts';
import type { RecordProblems } from '../core/run/readRecord.ts';
import type { Run } from '../core/run/run.ts';
import { CommandError } from './commandError.ts';
import { EXIT } from './exitStatus.ts';
import type { FoundRun } from './findRun.ts';
import { errorCode } from './kindOfPath.ts';
import { processLives } from '../processes/processLives.ts';
import { RecordTail } from '../launch/tailRecord.ts';

/**
 * Reads a whole record and reports it. `writerLives`: whether somebody may still append to it; by default it is found
 * out, where the record does not say how the run ended.
 * @throws {CommandError} with status 5, where it cannot be read or is no record
 */
export async function openReport(found: FoundRun, writerLives?: boolean): Promise<Report> {
  const tail = new RecordTail(found.record);
  let problems: RecordProblems;
  try {
    problems = await tail.finish();
  } catch (error) {
    throw new CommandError(`${found.record} cannot be read (${errorCode(error) ?? String(error)}).`, EXIT.unreadable);
  }
  return reportOf(tail.run, problems, found, writerLives ?? processLives(tail.run.header?.pid ?? null));
}

function reportOf(run: Run, problems: RecordProblems, found: FoundRun, writerLives: boolean): Report {
  if (problems.refused !== null) {
    throw new CommandError(`${found.record}: ${problems.refused}`, EXIT.unreadable);
  }
  if (!hasHeader(run)) {
    const [damaged] = problems.damagedLines;
    const why =
      damaged === undefined
        ? problems.cutShort
          ? 'its first line is cut short'
          : 'it has no header line'
        : `line ${damaged.line} is damaged (${damaged.fault})`;
    throw new CommandError(`${found.record} is not a run record that can be read: ${why}.`, EXIT.unreadable);
  }
  return buildReport(run, { ...found, problems, writerLives });
}
