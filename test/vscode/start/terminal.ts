import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../runner.ts';

/** Arguments of a program that runs a command on a terminal of its own, for one that stands behind pipes; null without one. */
type OnTerminal = (command: readonly string[]) => readonly [string, ...string[]];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
// Without `exec` some shells stay above the command, get its Ctrl+C too, and answer with a status of their own.
const viaScript: OnTerminal = (command) => ['script', '-qec', `exec ${command.map(quoted).join(' ')}`, '/dev/null'];
const python = 'import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
const viaPython: OnTerminal = (command) => ['python3', '-c', python, ...command];

const answers = (program: string, option: string): boolean => spawnSync(program, [option]).status === 0;

/** What gives a command a terminal on this machine; null where nothing does. */
export function terminalMaker(): OnTerminal | null {
  if (process.platform === 'linux' && answers('script', '--version')) {
    return viaScript;
  }
  return process.platform !== 'win32' && answers('python3', '--version') ? viaPython : null;
}

/** A command on a terminal, as a person uses it. */
export class Terminal {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  #text = '';

  constructor(make: OnTerminal, command: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    const [program, ...args] = make(command);
    this.#child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exit = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#text += chunk.toString()));
  }

  /** What stands on it. */
  get text(): string {
    return this.#text;
  }

  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Every process below this one, at present. */
  processes(): number[] {
    const parents = new Map(allProcesses());
    const below = (pid: number): number[] =>
      [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
    return this.#child.pid === undefined ? [] : below(this.#child.pid);
  }

  /** For the end of a test that went wrong: what would stay otherwise. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.press('\x03');
      await Promise.race([this.#exit, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      this.#child.kill('SIGKILL');
    }
  }
}

/** Waits until none of these processes is left. */
export async function allGone(pids: readonly number[]): Promise<void> {
  await eventually('the end of every process', () => {
    const running = new Set(allProcesses().map(([pid]) => pid));
    return pids.every((pid) => !running.has(pid));
  });
}

/** Every process with its parent, those left out that have ended and were not yet asked for their status. */
function allProcesses(): [number, number][] {
  if (!existsSync('/proc/self/stat')) {
    const lines = spawnSync('ps', ['-axo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).stdout.trim().split('\n');
    return lines
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , state]) => !state?.startsWith('Z'))
      .map(([pid, parent]) => [Number(pid), Number(parent)]);
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): [number, number][] => {
      const [, state, parent] = /\) (\S) (\d+)/.exec(statOf(name)) ?? [];
      return parent === undefined || state === 'Z' ? [] : [[Number(name), Number(parent)]];
    });
}

/** Empty for a process that has just ended. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
