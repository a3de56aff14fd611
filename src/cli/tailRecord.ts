import { open, type FileHandle } from 'node:fs/promises';
import { RecordReader, type RecordProblems } from '../core/run/readRecord.ts';
import { Run } from '../core/run/run.ts';

const PIECE = 256 * 1024;

/**
 * Follows a record file while it grows. It does not watch the file (watching is not reliable on every file system): it
 * reads what is new when it is asked to, on a wake-up of the trainer or by the clock.
 */
export class RecordTail {
  readonly path: string;
  readonly run = new Run();
  readonly #reader = new RecordReader();
  readonly #piece = new Uint8Array(PIECE);
  #file: FileHandle | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  /** Reads up to the file's present end. Calls queue up; each rejects where the file cannot be read. */
  read(): Promise<void> {
    const turn = this.#turn.then(() => this.#readOn());
    // The next call's turn comes whether or not this one failed; its caller gets the failure.
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Reads the rest, says that nothing more will come, and closes the file. */
  async finish(): Promise<RecordProblems> {
    try {
      await this.read();
    } finally {
      await this.close();
    }
    for (const line of this.#reader.finish()) {
      this.run.add(line);
    }
    return this.#reader.problems;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#file?.close();
    this.#file = null;
  }

  async #readOn(): Promise<void> {
    this.#file ??= await open(this.path, 'r');
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#piece, 0, PIECE);
      if (bytesRead === 0) {
        return;
      }
      for (const line of this.#reader.push(this.#piece.subarray(0, bytesRead))) {
        this.run.add(line);
      }
    }
  }
}
