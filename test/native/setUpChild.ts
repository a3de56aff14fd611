import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { inEnglish } from '../../src/core/diagnosis/sentence.ts';
import type { SetUpMessage } from '../../src/native/messages.ts';
import type { NativeRelease } from '../../src/native/release.ts';
import { makeFakeTools, type Program } from './fakeTools.ts';

let command = '';

/** Builds the set-up as a program whose release is given: call it before all. @returns removes what was made */
export async function buildSetUp(): Promise<() => void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mtl-native-command-'));
  command = path.join(folder, 'setUp.mjs');
  await build({
    stdin: {
      contents: `import { readFileSync } from 'node:fs';
        import { setUpCommand } from './setUpCommand.ts';
        process.exitCode = await setUpCommand(JSON.parse(readFileSync(process.env.FAKE_RELEASE, 'utf8')), process.argv.slice(2));`,
      resolveDir: path.resolve('src/native'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: command,
  });
  return () => rmSync(folder, { recursive: true, force: true });
}

export interface Ended {
  readonly status: number | string | null;
  readonly messages: readonly SetUpMessage[];
  /** All sentences of a failure. */
  readonly failure: string;
  readonly last: SetUpMessage['type'] | undefined;
}

export interface RunningSetUp {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** A user's machine: programs on a PATH of their own, and a cache. */
export class Machine {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mtl-native-')));
  /** Set to another folder, the cache lies there. */
  root = path.join(this.folder, 'cache');
  release: NativeRelease;
  readonly #bin: string;
  readonly #hangs = path.join(this.folder, 'hangs');

  constructor(programs?: readonly Program[]) {
    const { bin, release } = makeFakeTools(this.folder, programs);
    this.release = release;
    this.#bin = bin;
  }

  start(env: Readonly<Record<string, string>> = {}, args: readonly string[] = ['--yes']): RunningSetUp {
    mkdirSync(this.folder, { recursive: true });
    const release = path.join(this.folder, 'release.json');
    writeFileSync(release, JSON.stringify(this.release));
    const own = Object.entries(process.env).filter(([name]) => name !== 'npm_execpath' && name !== 'CXX');
    const child = spawn(process.execPath, [command, '--json', ...args], {
      env: {
        ...Object.fromEntries(own),
        PATH: this.#bin,
        MTL_DEBUGGER_NATIVE_CACHE: this.root,
        FAKE_RELEASE: release,
        FAKE_HANGS: this.#hangs,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        const messages = text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as SetUpMessage);
        const failed = messages.find((message) => message.type === 'failed');
        resolve({
          status: code ?? signal,
          messages,
          failure: failed === undefined ? '' : inEnglish(...failed.sentences),
          last: messages.at(-1)?.type,
        });
      });
    });
    return { child, ended };
  }

  run(env?: Readonly<Record<string, string>>, args?: readonly string[]): Promise<Ended> {
    return this.start(env, args).ended;
  }

  /** Resolves, with its number, once a program that is told to hang does. */
  async hanging(): Promise<number> {
    while (!existsSync(this.#hangs)) {
      await wait(20);
    }
    const pid = Number(readFileSync(this.#hangs, 'utf8'));
    rmSync(this.#hangs);
    return pid;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
