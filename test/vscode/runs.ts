import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EndLine, RecordLine } from '../../src/core/run/record.ts';
import { endProcessTree } from '../../src/processes/endProcessTree.ts';
import { processLives } from '../../src/processes/processLives.ts';
import { ATTACHMENT_FILE, parseAttachment } from '../../src/protocol/attachment.ts';
import { eventually } from './runner.ts';

/** The run folders of a workspace, oldest first. */
export function runFolders(workspace: string): string[] {
  const runs = path.join(workspace, '.mtl', 'runs');
  return existsSync(runs)
    ? readdirSync(runs)
        .sort()
        .map((name) => path.join(runs, name))
    : [];
}

export function recordText(folder: string): string {
  const file = path.join(folder, 'record.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The complete lines of a run's record. */
export function recordLines(folder: string): RecordLine[] {
  return recordText(folder)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RecordLine);
}

/** Waits until a run that is not among `before` has begun, whose entry ends in `entry`. Returns its folder. */
export function newRun(workspace: string, before: readonly string[], entry: string): Promise<string> {
  return eventually(`a run of ${entry}`, () =>
    runFolders(workspace).find((folder) => {
      const [header] = before.includes(folder) ? [] : recordLines(folder);
      return header?.type === 'header' && header.entry.endsWith(entry);
    }),
  );
}

/** Waits until a run's record has its end, and returns that. */
export function endOf(folder: string): Promise<EndLine> {
  return eventually(`the end of ${path.basename(folder)}`, () =>
    recordLines(folder).find((line): line is EndLine => line.type === 'end'),
  );
}

/** Waits until at least one step of a run is on disk. */
export async function firstStepOf(folder: string): Promise<void> {
  await eventually(`a step of ${path.basename(folder)}`, () => recordLines(folder).some(({ type }) => type === 'step'));
}

/** Ends the trainings that a failed test has left: "Stop Training" would ask the tests after it which one is meant. */
export function endWhatTrains(workspace: string): void {
  for (const file of runFolders(workspace).map((folder) => path.join(folder, ATTACHMENT_FILE))) {
    const word = existsSync(file) ? parseAttachment(readFileSync(file, 'utf8')) : null;
    if (word !== null && processLives(word.pid)) {
      endProcessTree(word.pid);
    }
  }
}
