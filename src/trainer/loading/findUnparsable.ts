import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { importsIn } from './findImport.ts';
import { faultAbove, type Frame } from './stackFrames.ts';

/** A script's own files that are looked through at most; each costs a start of Node. */
const MOST_FILES = 40;

/**
 * Where a script, or a file that it imports, does not parse. Node prints the place of a syntax error in an ES module, but
 * keeps it from the program; so Node is asked again, file by file.
 * @param read the text of a file; throws where there is none
 */
export function findUnparsable(entry: string, read: (file: string) => string): Frame | null {
  const files = [entry];
  for (let next = 0; next < Math.min(files.length, MOST_FILES); next++) {
    const file = files[next] ?? entry;
    const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: 10_000 });
    const fault = stderr.includes('SyntaxError') ? faultAbove(stderr) : null;
    if (fault !== null) {
      return fault;
    }
    for (const imported of ownImports(file, read)) {
      if (!files.includes(imported)) {
        files.push(imported);
      }
    }
  }
  return null;
}

function ownImports(file: string, read: (file: string) => string): string[] {
  try {
    return importsIn(read(file)).flatMap(({ specifier }) =>
      specifier.startsWith('.') && /\.[mc]?js$/.test(specifier) ? [path.resolve(path.dirname(file), specifier)] : [],
    );
  } catch {
    return [];
  }
}
