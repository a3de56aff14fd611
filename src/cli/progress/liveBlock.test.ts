import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { LiveBlock, type Terminal } from './liveBlock.ts';

/** As much of a terminal as the block uses: lines, a cursor, the way up, and clearing what is below. */
class Screen implements Terminal {
  readonly columns: number;
  lines: string[] = [''];
  row = 0;
  column = 0;

  constructor(columns = 20) {
    this.columns = columns;
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\u001b\[[?\d]*[A-Za-z]|[^]/g)) {
      const up = /^\u001b\[(\d+)A$/.exec(token);
      if (up !== null) {
        this.row = Math.max(0, this.row - Number(up[1]));
      } else if (token === '\u001b[J') {
        this.lines.length = this.row + 1;
        this.lines[this.row] = this.lines[this.row]!.slice(0, this.column);
      } else if (token === '\n') {
        this.row++;
        this.column = 0;
        this.lines[this.row] ??= '';
      } else if (token === '\r') {
        this.column = 0;
      } else if (!token.startsWith('\u001b')) {
        if (this.column === this.columns) {
          this.write('\n');
        }
        const line = this.lines[this.row]!;
        this.lines[this.row] = line.slice(0, this.column) + token + line.slice(this.column + 1);
        this.column++;
      }
    }
  }

  get text(): string {
    return this.lines.join('\n');
  }
}

describe('LiveBlock', () => {
  it('stands below all whole lines of output, whatever the order of writing', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const screen = new Screen(1000);
      const block = new LiveBlock(screen);
      let output = '';
      let drawn: string[] = [];
      for (let turn = 0; turn < 20; turn++) {
        if (random.index(2) === 0) {
          const text = random.pick(['a line\n', 'part', ' of\nmore', '\n', 'two\nlines\n']);
          output += text;
          block.above(text, screen);
        } else {
          drawn = Array.from({ length: random.index(4) }, (_, i) => `block ${turn} ${i}`);
          block.draw(drawn);
        }
        const whole = output.slice(0, output.lastIndexOf('\n') + 1);
        const wanted = whole + drawn.map((line) => `${line}\n`).join('');
        expect(screen.text, `seed ${seed}, turn ${turn}`).toBe(wanted);
      }
      block.close();
      expect(screen.text, `seed ${seed}`).toBe(output === '' || output.endsWith('\n') ? output : `${output}\n`);
    }
  });

  it('cuts lines that would take two rows', () => {
    const screen = new Screen();
    const block = new LiveBlock(screen);
    block.draw(['\u001b[31mfour and twenty blackbirds\u001b[39m']);
    block.draw(['short']);
    expect(screen.text).toBe('short\n');
  });

  it('keeps the halves of two streams apart', () => {
    const [screen, other] = [new Screen(), new Screen()];
    const block = new LiveBlock(screen);
    block.above('out', screen);
    block.above('err\n', other);
    block.above('put\n', screen);
    expect([screen.text, other.text]).toEqual(['output\n', 'err\n']);
  });

  it('keeps only the newest state of a line that the script draws over itself', () => {
    const screen = new Screen();
    const block = new LiveBlock(screen);
    block.above('10 %\r20 %\r', screen);
    block.above('30 %\r100 %', screen);
    block.above('\n', screen);
    expect(screen.text).toBe('100 %\n');
  });

  it('shows the cursor again', () => {
    const written: string[] = [];
    const block = new LiveBlock({ write: (text) => written.push(text) });
    block.draw(['x']);
    block.close();
    expect(written.join('').lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.join('').lastIndexOf('\u001b[?25l'));
  });
});
