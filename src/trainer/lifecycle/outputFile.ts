import type { Writable } from 'node:stream';

/**
 * The script's output goes to a file of the debugger's, and a full disk must not end a training that would have gone on with
 * a terminal: what cannot be written is left out, and the next line is tried again.
 */
export function keepOnWithoutOutput(streams: readonly Writable[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    const write = stream._write.bind(stream);
    stream._write = (chunk, encoding, done) => write(chunk, encoding, () => done());
  }
}
