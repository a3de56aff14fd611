import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { takeLock } from './lock.ts';
import { writeMachine } from './machine.ts';
import { cacheRoot, nativeFolder, packageFolder } from './nativeCache.ts';
import type { NativeRelease } from './release.ts';
import { failure, isOutOfSpace, SetUpCancelledError, SetUpError } from './setUpError.ts';
import { buildBinding } from './steps/buildBinding.ts';
import { fetchWheel } from './steps/fetchWheel.ts';
import { installPackages } from './steps/installPackages.ts';
import { checkRoom, findTools, wheelFor } from './steps/tools.ts';
import { tryNative } from './steps/tryNative.ts';
import { unpackWheel } from './steps/unpackWheel.ts';

/** The steps of a set-up, in their order. */
export const STEPS = ['check', 'packages', 'wheel', 'unpack', 'build', 'try'] as const;
export type Step = (typeof STEPS)[number];

export interface SetUpOptions {
  readonly release: NativeRelease;
  readonly signal: AbortSignal;
  /** Told each step as it begins (part 0), and how far it is. */
  readonly progress: (step: Step, part: number) => void;
  /** The folder that holds what is set up. */
  readonly root?: string;
  /** Also where one is there and works. */
  readonly anew?: boolean;
}

export interface SetUpResult {
  /** The folder of the package @tensorflow/tfjs-node. */
  readonly folder: string;
  /** True where it was there already, and works. */
  readonly already: boolean;
}

/** What a set-up in progress is called; one that was killed is cleared away by the next. */
const STAGING = 'staging-';

/**
 * Sets the native backend up for this user. Everything is made in a folder of its own, tried there, and then renamed: what
 * stands at its place works, and what did not come so far leaves nothing.
 * @throws {SetUpError} that says what is in the way
 * @throws {SetUpCancelledError} when `signal` is aborted
 */
export async function setUpNative(options: SetUpOptions): Promise<SetUpResult> {
  const { release, signal, progress, root = cacheRoot(), anew = false } = options;
  const wheel = wheelFor(release);
  const target = nativeFolder(root, release);
  progress('check', 0);
  await mkdir(root, { recursive: true }).catch((error: unknown) => {
    throw failure('The folder {0} cannot be made: {1}', root, error instanceof Error ? error.message : String(error));
  });
  try {
    const unlock = await takeLock(root);
    try {
      await clearAway(root);
      if (!anew && existsSync(target) && (await works(packageFolder(target), root, signal))) {
        return { folder: packageFolder(target), already: true };
      }
      const staging = await mkdtemp(path.join(root, `${STAGING}${process.pid}-`));
      const tools = await findTools(staging, release, signal);
      await checkRoom(root, release, wheel);
      progress('packages', 0);
      await installPackages(staging, release, tools, signal);
      progress('wheel', 0);
      const file = await fetchWheel(staging, release, wheel, tools, signal, (part) => progress('wheel', part));
      progress('unpack', 0);
      await unpackWheel(file, wheel, staging, signal, (part) => progress('unpack', part));
      await rm(path.dirname(file), { recursive: true });
      progress('build', 0);
      await buildBinding(staging, release, wheel, tools, signal);
      progress('try', 0);
      await rm(path.join(staging, 'temporary'), { recursive: true });
      await tryNative(packageFolder(staging), staging, signal);
      await writeMachine(staging);
      stopIfCancelled(signal);
      if (existsSync(target)) {
        await rename(target, path.join(root, `${STAGING}old-${process.pid}`));
      }
      await rename(staging, target);
      return { folder: packageFolder(target), already: false };
    } finally {
      await clearAway(root);
      await unlock();
    }
  } catch (error) {
    throw inWords(error, root, signal);
  }
}

/** Whoever holds the lock is the only one: every staging folder is left over. */
async function clearAway(root: string): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.startsWith(STAGING));
  await Promise.all(names.map((name) => rm(path.join(root, name), { recursive: true, force: true, maxRetries: 3 })));
}

async function works(folder: string, cwd: string, signal: AbortSignal): Promise<boolean> {
  try {
    await tryNative(folder, cwd, signal);
    return true;
  } catch (error) {
    if (error instanceof SetUpError) {
      return false;
    }
    throw error;
  }
}

function inWords(error: unknown, root: string, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return new SetUpCancelledError();
  }
  if (isOutOfSpace(error)) {
    return failure('There is not enough room in {0}: the disk became full. Nothing was kept.', root);
  }
  return error;
}

function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new SetUpCancelledError();
  }
}
