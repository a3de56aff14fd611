import { spawn, type StdioOptions } from 'node:child_process';
import { closeSync, existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BackendChoice } from '../core/run/record.ts';
import { endProcessGroup, endProcessTree } from '../processes/endProcessTree.ts';
import { streamTransport } from '../protocol/streamTransport.ts';
import { CONFIGURATION_VARIABLE, HOST_PIPE, type TrainingConfiguration } from '../protocol/trainingConfiguration.ts';
import { makeOutputFile, type OutputFile } from './outputFile.ts';
import { CANCEL_GRACE, FORCE_MARGIN, TrainerConnection, type Training, type TrainingEnd } from './training.ts';
import { workingFolder } from './workingFolder.ts';

export interface TrainingOptions {
  /** The training script. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Every n-th step of each objective is observed; 0: none; null: as many as `budget` allows. */
  readonly every: number | null;
  /** The fraction by which observation may make training slower, above 0; default: nobody set one. */
  readonly budget?: number | null;
  /** Makes the run repeatable; null leaves randomness as it is. */
  readonly seed: number | null;
  readonly backend: BackendChoice;
  /** Whether wasm trains with the debugger's own fast kernels; default true. Without them the same trains, slower. */
  readonly fastKernels?: boolean;
  /**
   * `inherit`: the script uses this process's terminal. `pipe`: `Training.stdout` and `.stderr` carry its output. `file`: its
   * output goes to a file beside the record, and the script leads a process group of its own, for a host that may go away
   * before it.
   */
  readonly stdio: 'inherit' | 'pipe' | 'file';
  /** The Node that runs the script; default: the one that runs this. */
  readonly nodePath?: string;
  /** Default: the folder of the nearest package.json at or above the entry, else the entry's folder. */
  readonly cwd?: string;
  /** The script's whole environment; default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where run folders are made; default: `.mtl/runs` in `cwd`. */
  readonly runsFolder?: string;
  /** Options for Node itself, such as `--max-old-space-size=8000`. */
  readonly nodeOptions?: readonly string[];
  /** Milliseconds a cancelled script has to come to a training step before it is ended by force; default 5000. */
  readonly cancelGrace?: number;
  /** Milliseconds that the training carries on after this host has gone, for another to attach; default 0: it ends. */
  readonly hostGrace?: number;
  /** The script waits for a JavaScript debugger before its first line; `inspector` says where. */
  readonly debug?: boolean;
  /** The built `trainer/preload.mjs`; default: beside the folder of the file this is built into. */
  readonly preload?: string;
}

/** How long the pipe may stay open after the process has ended, in milliseconds. */
const LAST_MESSAGES = 1_000;

/** How long what a cancelled script had started may take to end by itself, in milliseconds. */
const LEFT_BEHIND = 2_000;

/**
 * Runs a training script under observation: `node ENTRY ARGS` as the user would, with the trainer loaded before it.
 * Returns at once. The record is written by the process itself; a process that is killed leaves one without an end line.
 * @throws where the file for the script's output cannot be made
 */
export function startTraining(options: TrainingOptions): Training {
  const entry = path.resolve(options.entry);
  const cwd = realFolder(options.cwd ?? workingFolder(entry));
  const cancelGrace = options.cancelGrace ?? CANCEL_GRACE;
  const runsFolder = options.runsFolder === undefined ? null : path.resolve(options.runsFolder);
  const output = options.stdio === 'file' ? makeOutputFile(runsFolder ?? path.join(cwd, '.mtl', 'runs')) : null;
  const configuration: TrainingConfiguration = {
    entry,
    args: options.args,
    cwd,
    every: options.every,
    budget: options.budget ?? null,
    seed: options.seed,
    backend: options.backend,
    fastKernels: options.fastKernels ?? true,
    runsFolder,
    cancelGrace,
    hostGrace: options.hostGrace ?? 0,
    output: output?.path ?? null,
    debug: options.debug ?? false,
  };
  const preload = options.preload ?? fileURLToPath(new URL('../trainer/preload.mjs', import.meta.url));
  const leadsGroup = output !== null && process.platform !== 'win32';
  const child = spawn(
    options.nodePath ?? process.execPath,
    ['--import', pathToFileURL(preload).href, ...(options.nodeOptions ?? []), entry, ...options.args],
    {
      cwd,
      env: { ...(options.env ?? process.env), [CONFIGURATION_VARIABLE]: JSON.stringify(configuration) },
      stdio: streams(options.stdio, output),
      detached: leadsGroup,
      windowsHide: true,
    },
  );
  if (output !== null) {
    closeSync(output.writeTo);
  }

  const pipe = child.stdio[HOST_PIPE] as Duplex;
  const connection = new TrainerConnection(streamTransport(pipe));
  const exit = new Promise<TrainingEnd>((resolve, reject) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    child.once('error', (error) => reject(new Error(`The training process could not be started: ${error.message}`)));
  });
  // The pipe's last messages are still to be read when the process has ended; something else may hold it open.
  const done = exit.then(async (end) => {
    await Promise.race([connection.closed, delay(LAST_MESSAGES, undefined, { ref: false })]);
    return end;
  });
  const folder = connection.folder(done, 'The training process ended before it could make a record.');
  folder.catch(() => output?.discard());

  let forcedEnd: NodeJS.Timeout | null = null;
  child.once('exit', () => {
    if (forcedEnd !== null) {
      clearTimeout(forcedEnd);
      const { pid } = child;
      if (leadsGroup && pid !== undefined) {
        setTimeout(() => endProcessGroup(pid), LEFT_BEHIND).unref();
      }
    }
  });
  return {
    pid: child.pid,
    folder,
    done,
    stdout: child.stdout,
    stderr: child.stderr,
    output: output?.tail ?? null,
    onMessage: (listener) => connection.onMessage(listener),
    cancel: () => {
      connection.send({ type: 'cancel' });
      const { pid } = child;
      if (pid !== undefined) {
        forcedEnd ??= setTimeout(() => endProcessTree(pid), cancelGrace + FORCE_MARGIN);
      }
    },
    disconnect: () => void pipe.destroy(),
  };
}

function streams(stdio: TrainingOptions['stdio'], output: OutputFile | null): StdioOptions {
  if (output !== null) {
    return ['ignore', output.writeTo, output.writeTo, 'pipe'];
  }
  return stdio === 'inherit' ? ['inherit', 'inherit', 'inherit', 'pipe'] : ['ignore', 'pipe', 'pipe', 'pipe'];
}

/** Symbolic links resolved, as the process itself will see its folder; a missing folder is left for spawn to report. */
function realFolder(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : path.resolve(folder);
}
