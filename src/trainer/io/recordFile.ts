import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { RECORD_FILE } from '../../core/run/record.ts';

/**
 * One record file that only ever holds complete lines: what a failed write left of a line is cut off again.
 * The open file outlives its name, so its lines can be copied even after the run's folder was deleted.
 */
export class RecordFile {
  private complete = 0;

  private constructor(
    readonly folder: string,
    private readonly file: number,
  ) {}

  /** Opens the record of a fresh run folder. @throws the file system's error */
  static create(folder: string): RecordFile {
    return new RecordFile(folder, openSync(path.join(folder, RECORD_FILE), 'w+'));
  }

  /** Bytes of complete lines. */
  get bytes(): number {
    return this.complete;
  }

  /** @param text whole lines. @throws the file system's error, with none of `text` left in the file */
  append(text: string): void {
    this.write(Buffer.from(text, 'utf8'));
  }

  /** Appends all complete lines of another record. @throws the file system's error of either */
  copyFrom(other: RecordFile): void {
    const chunk = Buffer.alloc(1 << 20);
    for (let from = 0; from < other.complete;) {
      const count = readSync(other.file, chunk, 0, Math.min(chunk.length, other.complete - from), from);
      if (count === 0) {
        throw new Error(`the record in ${other.folder} is shorter than what was written to it`);
      }
      this.write(chunk.subarray(0, count));
      from += count;
    }
  }

  /** False once someone deleted or replaced the file that is open here. */
  isInPlace(): boolean {
    try {
      const now = statSync(path.join(this.folder, RECORD_FILE));
      const open = fstatSync(this.file);
      return now.ino === open.ino && now.dev === open.dev;
    } catch {
      return false;
    }
  }

  /** Everything on disk. @throws the file system's error */
  flush(): void {
    fsyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }

  private write(bytes: Buffer): void {
    let done = 0;
    try {
      while (done < bytes.length) {
        done += writeSync(this.file, bytes, done, bytes.length - done, this.complete + done);
      }
    } catch (error) {
      if (done > 0) {
        ftruncateSync(this.file, this.complete);
      }
      throw error;
    }
    this.complete += bytes.length;
  }
}
