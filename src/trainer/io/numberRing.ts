/** Numbers that wait at most: 512 kB of them. A power of two, so that counts may wrap around. */
const ROOM = 1 << 16;

const Mark = { put: 0, taken: 1 } as const;
const MARKS_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;

/**
 * Packets of numbers from one thread to another through shared memory. To send a message that wakes a thread takes tens of microseconds,
 * most of them for the waking: too much for what happens at every training step. So nobody is woken here. The other thread looks.
 */
export class NumberRing {
  private readonly marks: Int32Array;
  private readonly numbers: Float64Array;
  /** Where this side is: the numbers that it has put or taken so far, those of an open packet included. */
  private at = 0;

  constructor(readonly buffer = new SharedArrayBuffer(MARKS_BYTES + ROOM * Float64Array.BYTES_PER_ELEMENT)) {
    this.marks = new Int32Array(buffer, 0, 2);
    this.numbers = new Float64Array(buffer, MARKS_BYTES, ROOM);
  }

  /** Whether a packet of so many numbers could ever be put. */
  static holds(size: number): boolean {
    return size <= ROOM;
  }

  /** Whether there is room for a packet of so many numbers now. */
  hasRoom(size: number): boolean {
    return ((this.at - Atomics.load(this.marks, Mark.taken)) | 0) + size <= ROOM;
  }

  /** Blocks until the other side has taken a packet, or until the time is over. */
  waitForRoom(milliseconds: number): void {
    const taken = Atomics.load(this.marks, Mark.taken);
    if (this.at !== taken) {
      Atomics.wait(this.marks, Mark.taken, taken, milliseconds);
    }
  }

  /** Adds to the open packet. There must be room for it. */
  put(value: number): void {
    this.numbers[this.at & (ROOM - 1)] = value;
    this.at = (this.at + 1) | 0;
  }

  /** The packet is complete: the other side may see it. */
  seal(): void {
    Atomics.store(this.marks, Mark.put, this.at);
  }

  /** Whether a packet waits. */
  get waits(): boolean {
    return Atomics.load(this.marks, Mark.put) !== this.at;
  }

  /** The next number, which stays; call it where a packet waits. */
  peek(): number {
    return this.numbers[this.at & (ROOM - 1)] ?? NaN;
  }

  take(): number {
    const value = this.peek();
    this.at = (this.at + 1) | 0;
    return value;
  }

  /** The packet was taken: its room is free. */
  release(): void {
    Atomics.store(this.marks, Mark.taken, this.at);
    Atomics.notify(this.marks, Mark.taken);
  }
}
