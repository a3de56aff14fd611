import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/**
 * What a script prints, line by line and as an editor can show it: no colour codes, of a line that was redrawn only what
 * stood there last, and stack frames with plain paths, which the output view turns into links.
 */
export class ScriptOutput {
  readonly #decoder = new StringDecoder('utf8');
  readonly #write: (line: string) => void;
  #rest = '';

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    lines.forEach((line) => this.#write(readableLine(line)));
  }

  /** The last line may lack its end. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') {
      this.#write(readableLine(rest));
    }
  }
}

export function readableLine(line: string): string {
  const redrawn = stripVTControlCharacters(line).replace(/\r+$/, '').split('\r');
  return (redrawn.at(-1) ?? '').replace(/file:\/\/[^\s)'"]+?(?=:\d+(?::\d+)?|[\s)'"]|$)/g, plainPath);
}

function plainPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url; // printed by the script, and no path of this machine
  }
}
