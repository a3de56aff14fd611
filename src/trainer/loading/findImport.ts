import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Frame } from './stackFrames.ts';

/**
 * Where a script imports what Node could not find. Node's error for `import` names the importing file but no line
 * ("Cannot find package 'x' imported from /project/train.mjs"), so the import is looked for in that file's text.
 * @returns null where the message is another one, or the import cannot be found
 */
export function findImport(message: string, read: (file: string) => string): Frame | null {
  const [, missing, importer] = /'([^']+)'.* imported from '?([^'\n]+?)'?(?:\n|$)/.exec(message) ?? [];
  if (missing === undefined || importer === undefined) {
    return null;
  }
  const file = importer.startsWith('file:') ? fileURLToPath(importer) : importer;
  let source: string;
  try {
    source = read(file);
  } catch {
    return null;
  }
  const place = importsIn(source).find(({ specifier }) => isMeant(specifier, missing, file));
  if (place === undefined) {
    return null;
  }
  const before = source.slice(0, place.index).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The specifiers that a source text imports, and where their quotes begin: a text that may not parse is only searched. */
export function importsIn(source: string): { readonly specifier: string; readonly index: number }[] {
  const matches = source.matchAll(/\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g);
  return [...matches].map((match) => ({
    specifier: match[2] ?? '',
    index: match.index + match[0].indexOf(match[1] ?? ''),
  }));
}

/** @param missing a package's name, or the absolute path or URL of a file */
function isMeant(specifier: string, missing: string, importer: string): boolean {
  if (specifier === missing || specifier.startsWith(`${missing}/`)) {
    return true;
  }
  const target = missing.startsWith('file:') ? fileURLToPath(missing) : missing;
  return specifier.startsWith('.') && path.resolve(path.dirname(importer), specifier) === target;
}
