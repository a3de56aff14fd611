import type { Readable } from 'node:stream';
import type { Training } from '../../launch/training.ts';
import type { OutputTail } from '../../launch/tailOutput.ts';
import { formatCount } from '../../core/report/format.ts';
import { t } from '../text.ts';
import { ScriptOutput } from './scriptOutput.ts';

/** How often a file is looked at while a script writes to it, in milliseconds. */
const LOOK_AGAIN = 150;

/** What an attached host shows of the output so far, in bytes: an output view is no place for more. */
const MOST_BEFORE = 1_000_000;

/** How long the last output of a pipe may take after the process has ended: something else may hold it open. */
const LAST_OUTPUT = 1_000;

/**
 * Hands a script's output on, line by line. Resolves when all of it has come, once `over` has settled. Never rejects: a file
 * that cannot be read any more has said what it had to say.
 */
export async function followOutput(
  { stdout, stderr, output }: Pick<Training, 'stdout' | 'stderr' | 'output'>,
  line: (text: string) => void,
  over: Promise<unknown>,
): Promise<void> {
  if (output !== null) {
    await followFile(output, line, over);
    return;
  }
  const all = Promise.all([stdout, stderr].map((stream) => followStream(stream, line)));
  await over.catch(() => undefined);
  await Promise.race([all, pause(LAST_OUTPUT)]);
}

async function followFile(tail: OutputTail, line: (text: string) => void, over: Promise<unknown>): Promise<void> {
  const script = new ScriptOutput(line);
  let running = true;
  const end = over.then(
    () => (running = false),
    () => (running = false),
  );
  try {
    const skipped = tail.keepLast(MOST_BEFORE);
    if (skipped > 0) {
      line(t('[mtl-debugger] {0} bytes came before; they stand in the output.log of the run.', formatCount(skipped)));
    }
    do {
      await tail.read((chunk) => script.push(chunk));
      await Promise.race([end, pause(LOOK_AGAIN)]);
    } while (running as boolean);
    await tail.read((chunk) => script.push(chunk));
  } catch {
    await end;
  } finally {
    script.end();
    await tail.close();
  }
}

function followStream(stream: Readable | null, line: (text: string) => void): Promise<void> {
  if (stream === null) {
    return Promise.resolve();
  }
  const script = new ScriptOutput(line);
  stream.on('data', (chunk: Buffer) => script.push(chunk));
  return new Promise((resolve) => {
    const end = (): void => {
      script.end();
      resolve();
    };
    stream.once('end', end);
    // A pipe that breaks has ended as well: the process's own end tells why.
    stream.once('error', end);
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
