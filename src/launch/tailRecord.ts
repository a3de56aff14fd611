import { open, type FileHandle } from 'node:fs/promises';
import { RecordReader, type RecordProblems } from '../core/run/readRecord.ts';
import type { KeptLine } from '../core/run/packed/keptLine.ts';
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
  readonly #onLine: (line: KeptLine) => void;
  #file: FileHandle | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  /** `onLine` gets every line after `run` has it. */
  constructor(path: string, onLine: (line: KeptLine) => void = () => undefined) {
    this.path = path;
    this.#onLine = onLine;
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
    this.#take(this.#reader.readRest());
    return this.#reader.problems;
  }

  /** What the reader has met so far that it could not use. */
  get problems(): RecordProblems {
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
      this.#take(this.#reader.read(this.#piece.subarray(0, bytesRead)));
    }
  }

  #take(lines: readonly KeptLine[]): void {
    for (const line of lines) {
      this.run.add(line);
      this.#onLine(line);
    }
  }
}
