import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import path from 'node:path';

const FILE = 'machine.json';

/** What a library may fail on: a home folder can be shared by machines, and a machine can be moved to other processors. */
function thisMachine(): string {
  return JSON.stringify({ processor: cpus()[0]?.model ?? '', system: release() });
}

/** Notes in a set-up folder that it was tried on this machine. */
export function writeMachine(folder: string): Promise<void> {
  return writeFile(path.join(folder, FILE), thisMachine());
}

/** Whether what lies in a set-up folder was tried on a machine like this one: a library that does not fit ends the process. */
export function wasTriedHere(folder: string): boolean {
  try {
    return readFileSync(path.join(folder, FILE), 'utf8') === thisMachine();
  } catch {
    return false;
  }
}
