import { buildReport, hasHeader, type Report } from '../src/core/report/report.ts';
import { readRun } from '../src/core/run/run.ts';
import { recordText } from './sampleRecord.ts';

/** The report of a record's lines (or its text), as if it lay in /home/ada/feed. */
export function sampleReport(record: readonly object[] | string, writerLives = false): Report {
  const { run, problems } = readRun(typeof record === 'string' ? record : recordText(record));
  if (!hasHeader(run)) {
    throw new Error('the sample has no header');
  }
  const folder = '/home/ada/feed/.mtl/runs/2026-03-04T05-06-07-feed';
  return buildReport(run, { folder, record: `${folder}/record.jsonl`, problems, writerLives });
}
