import { createRequire } from 'node:module';
import type ts from 'typescript';

let loaded: typeof ts | null = null;

/**
 * The parser, a bundle of its own that is loaded when a place has to be explained for the first time.
 * @param built the built `trainer/typescript.cjs`
 */
export function loadTypescript(built: string): typeof ts {
  loaded ??= createRequire(built)(built) as typeof ts;
  return loaded;
}
