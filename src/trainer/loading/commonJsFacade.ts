import { pathToFileURL } from 'node:url';

/**
 * An ES module that gives the exports of a CommonJS file written in TypeScript. Node reads the names of a CommonJS module's
 * exports off its text, and cannot do that with TypeScript's; `require` then loads the file once, for both kinds of importer.
 * @param code what TypeScript made of the file
 */
export function commonJsFacade(file: string, code: string): string {
  const names = new Set<string>();
  for (const [, assigned, defined] of code.matchAll(/\bexports\.([\w$]+) = |defineProperty\(exports, "([\w$]+)"/g)) {
    names.add(assigned ?? defined ?? '');
  }
  names.delete('default');
  names.delete('__esModule');
  return [
    `import { createRequire } from 'node:module';`,
    `const exports = createRequire(${JSON.stringify(pathToFileURL(file).href)})(${JSON.stringify(file)});`,
    'export default exports;',
    ...[...names].map((name, index) => `const export${index} = exports.${name}; export { export${index} as ${name} };`),
    '',
  ].join('\n');
}
