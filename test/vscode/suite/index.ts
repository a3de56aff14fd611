import { runRegistered } from '../runner.ts';
import './activation.ts';
import './training.ts';
import './debugging.ts';
import './faults.ts';
import './seededFaults.ts';
import './findings.ts';
import './edits.ts';
import './grownRecord.ts';
import './lenses.ts';
import './documents.ts';
import './welcome.ts';

/** What VS Code calls in the extension host; a rejection is a failed run. */
export async function run(): Promise<void> {
  const failed = await runRegistered();
  if (failed > 0) {
    throw new Error(`${failed} failed`);
  }
}
