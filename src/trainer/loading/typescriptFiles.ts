import path from 'node:path';

/** True for a file that only TypeScript can read. */
export function isTypeScript(file: string): boolean {
  return /\.[mc]?ts$/.test(file);
}

/**
 * The files that a relative import in a TypeScript file may mean, in order: `./a.js` is written for what `./a.ts` becomes,
 * and `./a` may leave the extension out. Empty where the specifier is none of these.
 */
export function candidatesOf(specifier: string, importer: string): string[] {
  if (!/^\.{1,2}(\/|$)/.test(specifier)) {
    return [];
  }
  const target = path.resolve(path.dirname(importer), specifier);
  const compiled = /\.([mc]?)js$/.exec(target);
  if (compiled !== null) {
    return [`${target.slice(0, compiled.index)}.${compiled[1] ?? ''}ts`];
  }
  const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
  return [...endings.map((ending) => target + ending), ...endings.map((ending) => path.join(target, `index${ending}`))];
}
