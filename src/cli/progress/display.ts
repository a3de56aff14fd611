import { StringDecoder } from 'node:string_decoder';
import type { WriteStream } from 'node:tty';
import { printable } from '../../core/report/format.ts';
import { progressOf } from '../../core/report/progress.ts';
import type { Style } from '../../core/report/style.ts';
import type { Run } from '../../core/run/run.ts';
import { LiveBlock } from './liveBlock.ts';
import { PlainLines } from './plainLines.ts';
import { progressBlock } from './progressText.ts';
import { StepClock } from '../../launch/stepClock.ts';

/** Where a training's progress is shown: on standard error, so that standard output is the script's and the report's. */
export interface Display {
  recordingIn(folder: string): void;
  progress(run: Run, steps: number): void;
  /** A sentence the user should read now. */
  notice(message: string): void;
  scriptOutput(chunk: Buffer, from: 'stdout' | 'stderr'): void;
  close(): void;
}

type Stream = Pick<WriteStream, 'isTTY' | 'columns' | 'rows' | 'write'>;

export interface Streams {
  /** Where the script's standard output goes: with --json to standard error. */
  readonly output: Stream;
  readonly error: Stream;
}

/** A block that is redrawn in place, under the script's output. */
export class LiveDisplay implements Display {
  readonly #block: LiveBlock;
  readonly #clock = new StepClock();
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #streams: Streams;
  readonly #name: string;
  readonly #style: Style;

  constructor(streams: Streams, name: string, style: Style) {
    this.#streams = streams;
    this.#name = printable(name);
    this.#style = style;
    this.#block = new LiveBlock(streams.error);
  }

  recordingIn(): void {
    // The report says it at the end, where it is read.
  }

  progress(run: Run, steps: number): void {
    const { step } = progressOf(run, steps, null);
    this.#clock.mark(performance.now(), step);
    const progress = progressOf(run, steps, this.#clock.rate);
    this.#block.draw(progressBlock(progress, this.#name, this.#style, this.#streams.error.rows || 24));
  }

  notice(message: string): void {
    this.#block.above(`${this.#style.warn(`mtl-debugger: ${printable(message)}`)}\n`, this.#streams.error);
  }

  scriptOutput(chunk: Buffer, from: 'stdout' | 'stderr'): void {
    const stream = from === 'stdout' ? this.#streams.output : this.#streams.error;
    if (stream.isTTY) {
      this.#block.above(this.#decoders[from].write(chunk), stream);
    } else {
      stream.write(chunk);
    }
  }

  close(): void {
    this.#block.close();
  }
}

/** Lines for a log, few enough to read. */
export class PlainDisplay implements Display {
  readonly #lines = new PlainLines();
  readonly #clock = new StepClock();
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  recordingIn(folder: string): void {
    this.#say(`recording in ${folder}`);
  }

  progress(run: Run, steps: number): void {
    const now = performance.now();
    this.#clock.mark(now, progressOf(run, steps, null).step);
    const line = this.#lines.next(progressOf(run, steps, this.#clock.rate), now);
    if (line !== null) {
      this.#say(line);
    }
  }

  notice(message: string): void {
    this.#say(message);
  }

  scriptOutput(chunk: Buffer, from: 'stdout' | 'stderr'): void {
    (from === 'stdout' ? this.#streams.output : this.#streams.error).write(chunk);
  }

  close(): void {
    // Nothing stands on the screen that would have to go.
  }

  #say(message: string): void {
    this.#streams.error.write(`mtl-debugger: ${printable(message)}\n`);
  }
}
