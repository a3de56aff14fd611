import path from 'node:path';
import type { KeptLine } from '../../core/run/packed/keptLine.ts';
import { RECORD_FILE } from '../../core/run/record.ts';
import type { RecordProblems } from '../../core/run/readRecord.ts';
import type { Run, RunState } from '../../core/run/run.ts';
import { processLives } from '../../processes/processLives.ts';
import { RecordTail } from '../../launch/tailRecord.ts';
import { Signal } from '../signal.ts';
import { t } from '../text.ts';

/** Followers hear of new lines at most 10 times a second. */
export const LEAST_BETWEEN_UPDATES = 100;

/** How often a record is looked at without a wake-up, in milliseconds. */
const LOOK_AGAIN = 500;

/** What a record has gained since the last update. */
export interface Update {
  readonly lines: readonly KeptLine[];
  readonly live: boolean;
}

/**
 * A record that is read as it grows: by wake-ups of the trainer, and by the clock where another process writes it. When its
 * writer has ended, its rest is read and its file closed.
 */
export class FollowedRun {
  readonly folder: string;
  readonly updates = new Signal<Update>();
  readonly #tail: RecordTail;
  /** Whether this host runs the training; it then says when the writer has ended. */
  readonly #trainedHere: boolean;
  #new: KeptLine[] = [];
  #live = true;
  #fault: string | null = null;
  #lastRead = -Infinity;
  #pulse: NodeJS.Timeout | null = null;
  #first: Promise<void> | null = null;
  #disposed = false;

  constructor(folder: string, trainedHere: boolean) {
    this.folder = folder;
    this.#trainedHere = trainedHere;
    this.#tail = new RecordTail(path.join(folder, RECORD_FILE), (line) => this.#new.push(line));
  }

  get run(): Run {
    return this.#tail.run;
  }

  /** Every line that was read, for whoever joins late. */
  get lines(): readonly KeptLine[] {
    return this.run.lines;
  }

  /** Whether the trainer may still append to the record. */
  get live(): boolean {
    return this.#live;
  }

  get state(): RunState {
    return this.run.state(this.#live);
  }

  get problems(): RecordProblems {
    return this.#tail.problems;
  }

  /** Why the record cannot be read, for people; null where it can. */
  get fault(): string | null {
    return this.#fault ?? this.problems.refused;
  }

  /** Resolves when all that the record holds now has been read. Never rejects: see `fault`. */
  open(): Promise<void> {
    this.#first ??= this.#read();
    return this.#first;
  }

  /** The trainer says that the record has grown. */
  wake(): void {
    this.#schedule(Math.max(0, this.#lastRead + LEAST_BETWEEN_UPDATES - performance.now()));
  }

  /** The training process has ended: nothing more will be written. Resolves when the rest was read. */
  async writerEnded(): Promise<void> {
    await this.open();
    await this.#finish();
  }

  dispose(): void {
    this.#disposed = true;
    this.#stopPulse();
    this.updates.dispose();
    // Only a file that is read from: whether closing it fails matters to nobody.
    this.#tail.close().catch(() => undefined);
  }

  #schedule(milliseconds: number): void {
    if (!this.#live || this.#disposed) {
      return;
    }
    this.#stopPulse();
    this.#pulse = setTimeout(() => {
      this.#pulse = null;
      void this.#read();
    }, milliseconds);
  }

  #stopPulse(): void {
    if (this.#pulse !== null) {
      clearTimeout(this.#pulse);
      this.#pulse = null;
    }
  }

  async #read(): Promise<void> {
    this.#lastRead = performance.now();
    try {
      await this.#tail.read();
      this.#fault = null;
    } catch (error) {
      this.#fault = faultOf(error);
    }
    if (this.#disposed || !this.#live) {
      return;
    }
    // What a process writes between this reading and its end is read by the last one.
    const ended = !this.#trainedHere && (this.run.end !== null || !processLives(this.run.header?.pid ?? null));
    if (ended || this.#fault !== null) {
      await this.#finish();
    } else {
      this.#emit();
      if (this.#pulse === null) {
        this.#schedule(LOOK_AGAIN);
      }
    }
  }

  async #finish(): Promise<void> {
    if (!this.#live || this.#disposed) {
      return;
    }
    this.#live = false;
    this.#stopPulse();
    try {
      await this.#tail.finish();
    } catch (error) {
      this.#fault ??= faultOf(error);
    }
    this.#emit(true);
  }

  #emit(always = false): void {
    const lines = this.#new;
    this.#new = [];
    if (lines.length > 0 || always) {
      this.updates.emit({ lines, live: this.#live });
    }
  }
}

function faultOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return t('its record is not there any more');
  }
  return error instanceof Error ? error.message : String(error);
}
