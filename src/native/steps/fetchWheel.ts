import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { NativeRelease, Wheel } from '../release.ts';
import { reasonIn, runTool } from '../runTool.ts';
import { failure, saysOutOfSpace } from '../setUpError.ts';
import type { Tools } from './tools.ts';

/** How often the size of what has come so far is looked at, in milliseconds. */
const LOOK = 300;

/**
 * Fetches TensorFlow's wheel from whichever index pip is configured for, and holds it against its hash.
 * @param progress told the part that has come, from 0 to 1
 * @returns the wheel's file
 */
export async function fetchWheel(
  staging: string,
  release: NativeRelease,
  wheel: Wheel,
  { pip: [program, ...first] }: Tools,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<string> {
  const [folder, temporary] = [path.join(staging, 'wheel'), path.join(staging, 'temporary')];
  await mkdir(folder);
  await mkdir(temporary);
  const wanted = `${wheel.distribution}==${wheel.version}`;
  const python = release.python.replace('.', '');
  const args = [
    ...['download', wanted, '--dest', folder, '--no-deps', '--only-binary=:all:', '--platform', wheel.pipPlatform],
    ...['--python-version', release.python, '--implementation', 'cp', '--abi', `cp${python}`],
    // What stays is the set-up itself: the wheel would lie in pip's own cache once more.
    ...['--no-cache-dir', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off'],
  ];
  const timer = setInterval(
    () => void sizeOf([temporary, folder]).then((bytes) => progress(Math.min(1, bytes / wheel.bytes))),
    LOOK,
  );
  const env = { ...process.env, TMPDIR: temporary };
  const { status, output } = await runTool(program, [...first, ...args], { cwd: staging, signal, env }).finally(() =>
    clearInterval(timer),
  );
  if (saysOutOfSpace(output)) {
    throw new Error(output.slice(-500));
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (status !== 0 || file === undefined) {
    throw failure(
      "pip could not fetch TensorFlow's wheel {0} ({1}): see whether the package index that pip is configured for can be reached, and has it.",
      wanted,
      reasonIn(output),
    );
  }
  const fetched = path.join(folder, file);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(fetched, { signal })) {
    hash.update(chunk as Buffer);
  }
  const digest = hash.digest('hex');
  if (digest !== wheel.sha256) {
    throw failure(
      "What pip fetched is not TensorFlow's wheel {0} as it was published: its SHA-256 is {1}, and should be {2}. Nothing of it is kept.",
      wanted,
      digest,
      wheel.sha256,
    );
  }
  return fetched;
}

/** Sum of the sizes of all files; what vanishes meanwhile is nothing. */
async function sizeOf(folders: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const folder of folders) {
    for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
      bytes += await stat(path.join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      );
    }
  }
  return bytes;
}
