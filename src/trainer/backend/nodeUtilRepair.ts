import util from 'node:util';

/** What tfjs-node 4.22 calls and Node 23 took away (fixed upstream in tfjs pull request 8425, never released). */
const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: (value) => Array.isArray(value),
};

/**
 * Gives `node:util` back the functions that tfjs-node calls, where this Node.js has them no more.
 * @param target the object that `require('util')` returns
 * @returns the names that were given back; none on Node 22 and older
 */
export function restoreRemovedUtilFunctions(target: object = util): string[] {
  const missing = Object.entries(removed).filter(([name]) => !(name in target));
  for (const [name, value] of missing) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
  return missing.map(([name]) => name);
}
