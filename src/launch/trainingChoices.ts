import { extname } from 'node:path';

/** What every host lets its user choose, and what it takes where nothing was chosen. */
export const BACKENDS = ['auto', 'asWritten', 'node', 'wasm', 'cpu'] as const;
export const SCRIPT_ENDINGS = ['.js', '.mjs', '.cjs', '.ts', '.mts'] as const;
/** How much slower observation may make training, in percent. */
export const DEFAULT_BUDGET = 5;

/** Whether the trainer can run a file of this name. */
export function isScript(file: string): boolean {
  return SCRIPT_ENDINGS.some((ending) => ending === extname(file));
}
