import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { processLives } from '../processes/processLives.ts';
import { failure } from './setUpError.ts';

/**
 * Lets one process at a time work in `root`. A lock whose process is gone is taken over.
 * @returns gives the lock back
 * @throws {SetUpError} where another process has it
 */
export async function takeLock(root: string): Promise<() => Promise<void>> {
  const lock = path.join(root, 'lock');
  const own = path.join(root, `lock-${process.pid}`);
  await writeFile(own, String(process.pid));
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        // The file appears with its content, or not at all.
        await link(own, lock);
        return () => rm(lock, { force: true });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') {
          throw error;
        }
      }
      const holder = await holderOf(lock);
      if (attempt > 20 || (holder !== null && processLives(holder))) {
        throw failure(
          'Another process ({0}) is setting the native backend up: wait until it has ended.',
          holder ?? '?',
        );
      }
      await putAside(lock, `${own}-stale`, holder);
    }
  } finally {
    await rm(own, { force: true });
  }
}

/** Two processes may find the same dead lock: who moved a live one by mistake puts it back. */
async function putAside(lock: string, aside: string, holder: number | null): Promise<void> {
  try {
    await rename(lock, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  const moved = await holderOf(aside);
  if (moved !== null && moved !== holder && processLives(moved)) {
    await link(aside, lock).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') {
        throw error;
      }
    });
  }
  await rm(aside, { force: true });
}

async function holderOf(lock: string): Promise<number | null> {
  try {
    return Number(await readFile(lock, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
