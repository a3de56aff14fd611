import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';

const PIECE = 64 * 1024;
const readPiece = promisify(read);

/** Follows the file that a script's output goes to. It stays readable when the file is moved or deleted meanwhile. */
export class OutputTail {
  readonly #file: number;
  #position = 0;
  #closed = false;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: number) {
    this.#file = file;
  }

  /** @throws the file system's error */
  static open(path: string): OutputTail {
    return new OutputTail(openSync(path, 'r'));
  }

  /** Leaves out all but the last `bytes` of what is there now. @returns how many bytes are left out */
  keepLast(bytes: number): number {
    const skipped = Math.max(0, fstatSync(this.#file).size - bytes);
    this.#position = Math.max(this.#position, skipped);
    return skipped;
  }

  /** Hands on what is new, in order. Calls queue up. */
  read(take: (chunk: Buffer) => void): Promise<void> {
    const turn = this.#turn.then(() => this.#readOn(take));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves once what is being read now has been read, and the file is closed. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      await this.#turn;
      closeSync(this.#file);
    }
  }

  async #readOn(take: (chunk: Buffer) => void): Promise<void> {
    while (!this.#closed) {
      const { bytesRead, buffer } = await readPiece(this.#file, Buffer.alloc(PIECE), 0, PIECE, this.#position);
      if (bytesRead === 0) {
        return;
      }
      this.#position += bytesRead;
      take(buffer.subarray(0, bytesRead));
    }
  }
}
