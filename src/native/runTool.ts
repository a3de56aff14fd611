import { spawn } from 'node:child_process';
import { endProcessTree } from '../processes/endProcessTree.ts';
import { SetUpCancelledError } from './setUpError.ts';

export interface ToolOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
}

export interface ToolRun {
  /** Null where there is no such program. */
  readonly status: number | string | null;
  readonly stdout: string;
  /** Both streams as they came, the last 64 KB. */
  readonly output: string;
}

const KEPT = 65_536;

/**
 * Runs a program to its end, with all that it starts.
 * @returns its exit status, or the signal that ended it; null where there is no such program
 * @throws {SetUpCancelledError} when `signal` is aborted: then nothing of it runs any more
 */
export function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<ToolRun> {
  const { cwd, signal, env = process.env, timeout } = options;
  if (signal.aborted) {
    return Promise.reject(new SetUpCancelledError());
  }
  return new Promise((done, fail) => {
    // A group of its own: a Ctrl+C in the terminal is for this process, which then ends the tool with all its children.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let [stdout, output] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout = (stdout + chunk.toString()).slice(-KEPT);
      output = (output + chunk.toString()).slice(-KEPT);
    });
    child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEPT)));
    const end = (): void => {
      if (child.pid !== undefined) {
        endProcessTree(child.pid);
      }
    };
    const timer = timeout === undefined ? undefined : setTimeout(end, timeout);
    signal.addEventListener('abort', end);
    const finished = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    child.on('error', (error) => {
      finished();
      if ('code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) {
        done({ status: null, stdout, output });
      } else {
        fail(error);
      }
    });
    child.on('close', (status, endedBy) => {
      finished();
      if (signal.aborted) {
        fail(new SetUpCancelledError());
      } else {
        done({ status: status ?? endedBy, stdout, output });
      }
    });
  });
}

/** The line that says best why a tool failed: the first that names an error, else the last that is not empty. */
export function reasonIn(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.find((each) =>
    /^(?:ERROR:|npm (?:error|ERR!) (?!code|errno|syscall)|.*\b(?:fatal )?error:)/i.test(each),
  );
  return (line ?? lines.at(-1) ?? 'it said nothing').slice(0, 300);
}
