import type { Readings } from '../../core/run/windows/readings.ts';
import type { StepReading } from '../../core/run/windows/stepReading.ts';
import { NumberRing } from './numberRing.ts';
import { packetSize, putReading } from './readingPacket.ts';
import type { ToRecorder } from './threadMessages.ts';

/** The longest wait for an I/O thread that is behind, in milliseconds. Nothing is dropped after it: the reading goes as a message. */
const BEHIND = 1_000;

/** The way to the I/O thread. */
export interface RecorderPort {
  post(message: ToRecorder): void;
  /** Messages so far. */
  readonly sent: number;
  /** Nobody takes anything any more. */
  readonly isOver: boolean;
}

/** The training thread's side of the readings: they are put where the I/O thread looks, which makes windows of them. */
export class SentReadings implements Readings {
  private readonly numbers = new Map<string, number>();
  private readonly numberOf = (name: string): number => this.numbers.get(name) ?? this.introduce(name);
  private count = 0;

  constructor(
    private readonly ring: NumberRing,
    private readonly port: RecorderPort,
  ) {}

  /** Readings so far that went through the ring. */
  get put(): number {
    return this.count;
  }

  add(reading: StepReading, alone: boolean): void {
    if (this.port.isOver) {
      return;
    }
    const size = packetSize(reading);
    // What is introduced is counted among the messages before it.
    this.numberOf(reading.objective);
    reading.boundary?.terms.forEach(this.numberOf);
    if (!this.makeRoom(size)) {
      this.port.post({ type: 'reading', reading: { reading, alone }, put: this.count });
      return;
    }
    putReading(this.ring, this.port.sent, { reading, alone }, this.numberOf);
    this.count++;
  }

  /** The windows that are open are written. */
  close(): void {
    this.port.post({ type: 'closeWindows', put: this.count });
  }

  private makeRoom(size: number): boolean {
    if (this.ring.hasRoom(size)) {
      return true;
    }
    if (!NumberRing.holds(size)) {
      return false;
    }
    this.port.post({ type: 'look' });
    this.ring.waitForRoom(BEHIND);
    return this.ring.hasRoom(size);
  }

  private introduce(name: string): number {
    const number = this.numbers.size;
    this.numbers.set(name, number);
    this.port.post({ type: 'name', name });
    return number;
  }
}
