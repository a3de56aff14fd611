import { stripVTControlCharacters } from 'node:util';

/** As much of a terminal as the block needs. */
export interface Terminal {
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_BELOW = '\u001b[J';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/**
 * Lines at the foot of a terminal that are redrawn in place, while other output goes by above them. A line of that
 * output that has not ended yet is held back until it does, since the block needs lines of its own.
 */
export class LiveBlock {
  readonly #terminal: Terminal;
  readonly #held = new Map<Terminal, string>();
  #lines: readonly string[] = [];
  #drawn = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  draw(lines: readonly string[]): void {
    this.#lines = lines;
    this.#terminal.write(this.#erase() + this.#block());
  }

  /** Output of the script, to a stream that shows on the same terminal. */
  above(text: string, stream: Terminal): void {
    const whole = (this.#held.get(stream) ?? '') + text;
    const end = whole.lastIndexOf('\n') + 1;
    // What a script draws over itself with carriage returns never ends: only its newest state is kept.
    this.#held.set(stream, whole.slice(end).replace(/^[^]*\r(?=[^\r])/, ''));
    if (end > 0) {
      this.#terminal.write(this.#erase());
      stream.write(whole.slice(0, end));
      this.#terminal.write(this.#block());
    }
  }

  /** Takes the block away and lets go what was held back. */
  close(): void {
    this.#terminal.write(this.#erase() + (this.#lines.length > 0 ? SHOW_CURSOR : ''));
    this.#lines = [];
    for (const [stream, text] of this.#held) {
      if (text !== '') {
        stream.write(`${text}\n`);
      }
    }
    this.#held.clear();
  }

  #erase(): string {
    const up = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r${CLEAR_BELOW}`;
    this.#drawn = 0;
    return up;
  }

  /** A line that is wider than the terminal would take two rows, and the way back up would be too short. */
  #block(): string {
    // A terminal that does not know its size says 0.
    const width = (this.#terminal.columns || 80) - 1;
    this.#drawn = this.#lines.length;
    const fitting = this.#lines.map((line) => {
      const plain = stripVTControlCharacters(line);
      return plain.length <= width ? line : `${plain.slice(0, width - 1)}…`;
    });
    return fitting.length === 0 ? '' : `${HIDE_CURSOR}${fitting.join('\n')}\n`;
  }
}
