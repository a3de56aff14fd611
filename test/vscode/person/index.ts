import { runRegistered } from '../runner.ts';
import { trainFromThePalette } from './palette.ts';
import type { Outside } from './window.ts';

/** What the launcher calls; returns the exit code. */
export async function run(outside: Outside): Promise<number> {
  trainFromThePalette(outside);
  return (await runRegistered(outside.photograph)) > 0 ? 1 : 0;
}
