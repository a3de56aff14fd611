/** `cancelled`: a person asked for it. `interrupted`: nobody is left to train for. */
export type StopReason = 'cancelled' | 'interrupted';

const STOP_REASONS: readonly (StopReason | null)[] = [null, 'cancelled', 'interrupted'];

/**
 * What the training thread and the I/O thread of one process share: whole numbers in shared memory, because neither may
 * wait for the other's event loop to turn.
 */
export class SharedState {
  static readonly bytes = 4 * Int32Array.BYTES_PER_ELEMENT;
  private readonly cells: Int32Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(SharedState.bytes)) {
    this.cells = new Int32Array(buffer);
  }

  /** Why the run is to end at its next training step; null: it is not. */
  get stopRequested(): StopReason | null {
    return STOP_REASONS[Atomics.load(this.cells, Cell.stop)] ?? null;
  }

  /** The first reason stays. */
  requestStop(reason: StopReason): void {
    Atomics.compareExchange(this.cells, Cell.stop, 0, STOP_REASONS.indexOf(reason));
  }

  /** Training steps done, observed or not. */
  get step(): number {
    return Atomics.load(this.cells, Cell.step);
  }

  set step(step: number) {
    Atomics.store(this.cells, Cell.step, step);
  }

  /** Lines that the I/O thread has dealt with. */
  get linesDone(): number {
    return Atomics.load(this.cells, Cell.linesDone);
  }

  set linesDone(lines: number) {
    Atomics.store(this.cells, Cell.linesDone, lines);
    Atomics.notify(this.cells, Cell.linesDone);
  }

  /** Blocks until more than `lines` lines are done, or until the time is over. */
  waitForLinesDone(lines: number, milliseconds: number): void {
    Atomics.wait(this.cells, Cell.linesDone, lines, milliseconds);
  }

  /** The record is closed and everything is on disk. */
  markClosed(): void {
    Atomics.store(this.cells, Cell.closed, 1);
    Atomics.notify(this.cells, Cell.closed);
  }

  /** Blocks until the record is closed. @returns false when the time was over before. */
  waitUntilClosed(milliseconds: number): boolean {
    return Atomics.wait(this.cells, Cell.closed, 0, milliseconds) !== 'timed-out';
  }
}

const Cell = { stop: 0, step: 1, linesDone: 2, closed: 3 } as const;
