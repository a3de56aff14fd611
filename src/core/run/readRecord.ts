import { lineShapes } from './lineShapes.ts';
import { kept, unpacked, type KeptLine } from './packed/keptLine.ts';
import { isMany, Packing } from './packed/packing.ts';
import { RECORD_VERSION, type RecordLine } from './record.ts';

/** What a reader met that it could not use. Nothing is dropped without a count. */
export interface RecordProblems {
  /** Why this record is not read at all: a newer version wrote it. Null where it is read. */
  readonly refused: string | null;
  /** The file ends in the middle of a line: the writer was cut off there. */
  readonly cutShort: boolean;
  /** Lines of a type that this version does not know. */
  readonly unknown: number;
  /** Lines that are no JSON or have not the form their type promises. */
  readonly damaged: number;
  /** The first damaged lines, by their 1-based number in the file. */
  readonly damagedLines: readonly { readonly line: number; readonly fault: string }[];
}

const DAMAGED_LINES_KEPT = 20;

/** No line of a record is anywhere near as long: what is longer is another kind of file, and would fill the memory. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * Reads a record while it grows: takes its bytes (or its text) in pieces of any size and gives the lines that they
 * complete. Never throws, whatever the bytes are: what cannot be used is counted in `problems`.
 */
export class RecordReader {
  readonly #packing = new Packing();
  readonly #decoder = new TextDecoder();
  #pieces: string[] = [];
  #pending = 0;
  #tooLong = false;
  #lineNumber = 0;
  #header = false;
  #refused: string | null = null;
  #cutShort = false;
  #unknown = 0;
  #damaged = 0;
  readonly #damagedLines: { line: number; fault: string }[] = [];

  /** The lines that `chunk` completes, in the file's order. A last line without its end is kept for the next chunk. */
  push(chunk: string | Uint8Array): RecordLine[] {
    return this.read(chunk).map(unpacked);
  }

  /** The same in little memory. */
  read(chunk: string | Uint8Array): KeptLine[] {
    const lines: KeptLine[] = [];
    this.#take(typeof chunk === 'string' ? chunk : this.#decoder.decode(chunk, { stream: true }), lines);
    return lines;
  }

  /**
   * Says that nothing more will come. Gives the last line where only its line break is missing; where it is cut in the
   * middle, `problems.cutShort` is true from now on.
   */
  finish(): RecordLine[] {
    return this.readRest().map(unpacked);
  }

  /** The same in little memory. */
  readRest(): KeptLine[] {
    const lines: KeptLine[] = [];
    this.#take(this.#decoder.decode(), lines);
    const rest = this.#pieces.join('');
    if (this.#tooLong) {
      this.#endLine(rest, lines);
    } else if (rest.trim() !== '') {
      // Every line is an object, and no beginning of an object is JSON: what parses is whole.
      if (parse(rest) === undefined) {
        this.#cutShort = true;
      } else {
        this.#endLine(rest, lines);
      }
    }
    this.#pieces = [];
    return lines;
  }

  get problems(): RecordProblems {
    return {
      refused: this.#refused,
      cutShort: this.#cutShort,
      unknown: this.#unknown,
      damaged: this.#damaged,
      damagedLines: [...this.#damagedLines],
    };
  }

  #take(text: string, lines: KeptLine[]): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const tail = text.slice(start, end);
      this.#endLine(this.#pieces.length === 0 ? tail : this.#pieces.join('') + tail, lines);
      this.#pieces = [];
      this.#pending = 0;
      start = end + 1;
    }
    if (start < text.length) {
      this.#pending += text.length - start;
      if (this.#pending > LONGEST_LINE) {
        this.#tooLong = true;
        this.#pieces = [];
      } else {
        this.#pieces.push(text.slice(start));
      }
    }
  }

  #endLine(text: string, lines: KeptLine[]): void {
    this.#lineNumber++;
    if (this.#tooLong) {
      this.#tooLong = false;
      this.#countDamaged(`longer than ${LONGEST_LINE / 1024 / 1024} MB`);
      return;
    }
    if (this.#refused !== null || isBlank(text)) {
      return;
    }
    const value = parse(text);
    if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
      this.#countDamaged(value === undefined ? 'not JSON' : 'not an object with a type');
      return;
    }
    if (value.type === 'header' && !this.#acceptHeader(value)) {
      return;
    }
    const known = isMany(value.type) ? this.#packing.packKnown(value.type, value) : null;
    if (known !== null) {
      lines.push(known);
      return;
    }
    const shape = lineShapes.get(value.type);
    if (shape === undefined) {
      this.#unknown++;
      return;
    }
    const fault = shape(value);
    if (fault !== null) {
      this.#countDamaged(`${value.type}: ${fault}`);
      return;
    }
    this.#header ||= value.type === 'header';
    // The shape has just been checked, field by field.
    lines.push(kept(value as RecordLine, this.#packing));
  }

  /** The version is looked at before the form: a later version's header may have another form. */
  #acceptHeader(value: object): boolean {
    if (this.#header) {
      this.#countDamaged('header: a second header');
      return false;
    }
    const version: unknown = 'version' in value ? value.version : undefined;
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
      this.#countDamaged('header: version: not a whole number from 1 up');
      return false;
    }
    if (version > RECORD_VERSION) {
      this.#refused =
        `This record has version ${version}, and this MTL Debugger reads versions up to ${RECORD_VERSION}. ` +
        'A newer MTL Debugger wrote it: open it with that one, or update this one.';
      return false;
    }
    return true;
  }

  #countDamaged(fault: string): void {
    this.#damaged++;
    if (this.#damagedLines.length < DAMAGED_LINES_KEPT) {
      this.#damagedLines.push({ line: this.#lineNumber, fault });
    }
  }
}

/** Nearly every line begins as all of them should: only another is looked at as a whole. */
function isBlank(text: string): boolean {
  return !text.startsWith('{') && text.trim() === '';
}

/** The value, or undefined (which no JSON text stands for) where the text is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
