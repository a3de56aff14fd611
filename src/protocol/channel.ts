/** What carries a channel's text: a pipe between processes, or the port of a webview. Chunks may break anywhere. */
export interface Transport {
  write(text: string): void;
  onText(listener: (text: string) => void): void;
  /** Called once, when nothing more can come. */
  onClose(listener: () => void): void;
}

/** Longer lines are skipped, in UTF-16 units. A message is a few hundred; the record itself is never sent. */
export const LONGEST_LINE = 1_000_000;

/**
 * Typed messages both ways over any transport, one JSON object a line. What cannot be read as a message is counted and
 * skipped: the other side's fault must not stop this one.
 */
export class Channel<Out, In> {
  private readonly transport: Transport;
  private rest = '';
  private skippingLine = false;
  private skippedLines = 0;

  /**
   * @param isMessage tells a message from other JSON
   * @param onMessage called for every message, in order
   */
  constructor(
    transport: Transport,
    private readonly isMessage: (value: unknown) => value is In,
    private readonly onMessage: (message: In) => void,
  ) {
    this.transport = transport;
    transport.onText((text) => this.receive(text));
  }

  /** Lines that were too long, no JSON, or no message of this channel. */
  get skipped(): number {
    return this.skippedLines;
  }

  send(message: Out): void {
    this.transport.write(`${JSON.stringify(message)}\n`);
  }

  private receive(text: string): void {
    const pieces = text.split('\n');
    pieces.forEach((piece, index) => {
      const complete = index < pieces.length - 1;
      this.extendLine(piece);
      if (complete) {
        this.endLine();
      }
    });
  }

  private extendLine(piece: string): void {
    if (this.skippingLine) {
      return;
    }
    if (this.rest.length + piece.length > LONGEST_LINE) {
      this.rest = '';
      this.skippingLine = true;
      this.skippedLines++;
    } else {
      this.rest += piece;
    }
  }

  private endLine(): void {
    const line = this.rest;
    const skip = this.skippingLine || line.trim() === '';
    this.rest = '';
    this.skippingLine = false;
    if (skip) {
      return;
    }
    const message = parse(line);
    if (message !== undefined && this.isMessage(message)) {
      this.onMessage(message);
    } else {
      this.skippedLines++;
    }
  }
}

/** @returns undefined where the line is not JSON, which JSON itself cannot express. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
