import type { RecordProblems } from '../core/run/readRecord.ts';
import type { HeaderLine } from '../core/run/record.ts';
import type { Run } from '../core/run/run.ts';
import { hasHeader } from '../core/report/report.ts';
import { RecordTail } from '../launch/tailRecord.ts';
import { processLives } from '../processes/processLives.ts';
import { CommandError } from './commandError.ts';
import { EXIT } from './exitStatus.ts';
import type { FoundRun } from './findRun.ts';
import { errorCode } from './kindOfPath.ts';

/** A recorded run, read from its first line to its last. */
export interface OpenedRun {
  readonly run: Run & { readonly header: HeaderLine };
  readonly found: FoundRun;
  readonly problems: RecordProblems;
  /** Whether somebody may still append to it. */
  readonly writerLives: boolean;
}

/**
 * Reads a whole record. `writerLives`: whether somebody may still append to it; by default it is found out, where the record does
 * not say how the run ended.
 * @throws {CommandError} with status 5, where it cannot be read or is no record
 */
export async function openRun(found: FoundRun, writerLives?: boolean): Promise<OpenedRun> {
  const tail = new RecordTail(found.record);
  let problems: RecordProblems;
  try {
    problems = await tail.finish();
  } catch (error) {
    throw new CommandError(`${found.record} cannot be read (${errorCode(error) ?? String(error)}).`, EXIT.unreadable);
  }
  const { run } = tail;
  if (problems.refused !== null) {
    throw new CommandError(`${found.record}: ${problems.refused}`, EXIT.unreadable);
  }
  if (!hasHeader(run)) {
    throw new CommandError(
      `${found.record} is not a run record that can be read: ${whyNoHeader(problems)}.`,
      EXIT.unreadable,
    );
  }
  return { run, found, problems, writerLives: writerLives ?? processLives(run.header.pid) };
}

function whyNoHeader({ damagedLines: [damaged], cutShort }: RecordProblems): string {
  if (damaged !== undefined) {
    return `line ${damaged.line} is damaged (${damaged.fault})`;
  }
  return cutShort ? 'its first line is cut short' : 'it has no header line';
}
