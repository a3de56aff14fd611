import { createRequire } from 'node:module';
import type ts from 'typescript';

/** Loads the TypeScript compiler, which is built as a bundle of its own beside this one. */
export function loadTypescript(): typeof ts {
  return createRequire(import.meta.url)('./typescript.cjs') as typeof ts;
}
