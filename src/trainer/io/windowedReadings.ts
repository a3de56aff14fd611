import { LossWindows } from '../../core/run/windows/lossWindows.ts';
import type { WindowLine } from '../../core/run/record.ts';
import type { NumberRing } from './numberRing.ts';
import { takeReading, type SentReading } from './readingPacket.ts';
import type { ToRecorder } from './threadMessages.ts';

/** The I/O thread's side of the readings: takes them in order with the messages beside them, and makes windows of them. */
export class WindowedReadings {
  private readonly windows = new LossWindows();
  private readonly names: string[] = [];
  private messages = 0;
  private taken = 0;

  constructor(
    private readonly ring: NumberRing,
    private readonly onLine: (line: WindowLine) => void,
  ) {}

  /** The next message, before anything is done about it: takes the readings that came first, and what it says of readings. */
  take(message: ToRecorder): void {
    this.messages++;
    while ('put' in message && this.taken < message.put && this.ring.waits) {
      this.takeOne();
    }
    if (message.type === 'name') {
      this.names.push(message.name);
    } else if (message.type === 'reading') {
      this.add(message.reading);
    } else if (message.type === 'closeWindows') {
      this.close();
    }
  }

  /** Takes the readings whose turn it is: a message that came before one has to be taken before it. */
  takeReady(): void {
    while (this.ring.waits && this.ring.peek() <= this.messages) {
      this.takeOne();
    }
  }

  /** Writes the windows that are open. */
  close(): void {
    this.windows.close().forEach(this.onLine);
  }

  private takeOne(): void {
    this.add(takeReading(this.ring, this.names));
    this.taken++;
  }

  private add({ reading, alone }: SentReading): void {
    this.windows.add(reading, alone).forEach(this.onLine);
  }
}
