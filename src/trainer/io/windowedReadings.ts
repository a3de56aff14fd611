import { LossWindows } from '../../core/run/windows/lossWindows.ts';
import type { WindowLine } from '../../core/run/record.ts';
import type { NumberRing } from './numberRing.ts';
import { takeReading, type SentReading } from './readingPacket.ts';

/** The I/O thread's side of the readings: takes them in order with the messages beside them, and makes windows of them. */
export class WindowedReadings {
  private readonly windows = new LossWindows();
  private readonly names: string[] = [];
  private taken = 0;

  constructor(
    private readonly ring: NumberRing,
    private readonly onLine: (line: WindowLine) => void,
  ) {}

  /** The next name: readings have its number. */
  name(name: string): void {
    this.names.push(name);
  }

  /** Takes those that came before a message. @param put How many there were when it was sent */
  takeUntil(put: number): void {
    while (this.taken < put && this.ring.waits) {
      this.takeOne();
    }
  }

  /** Takes those whose turn it is. @param messages How many messages were taken; a reading waits for those before it */
  takeReady(messages: number): void {
    while (this.ring.waits && this.ring.peek() <= messages) {
      this.takeOne();
    }
  }

  /** One that came as a message. */
  add({ reading, alone }: SentReading): void {
    this.windows.add(reading, alone).forEach(this.onLine);
  }

  /** Writes the windows that are open. */
  close(): void {
    this.windows.close().forEach(this.onLine);
  }

  private takeOne(): void {
    this.add(takeReading(this.ring, this.names));
    this.taken++;
  }
}
