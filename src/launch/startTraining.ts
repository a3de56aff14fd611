import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BackendChoice } from '../core/run/record.ts';
import { Channel } from '../protocol/channel.ts';
import { isTrainerToHost } from '../protocol/messageShapes.ts';
import type { HostToTrainer, TrainerToHost } from '../protocol/messages.ts';
import { streamTransport } from '../protocol/streamTransport.ts';
import { CONFIGURATION_VARIABLE, HOST_PIPE, type TrainingConfiguration } from '../protocol/trainingConfiguration.ts';
import { workingFolder } from './workingFolder.ts';

export interface TrainingOptions {
  /** The training script. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Every n-th step of each objective is observed; 0: none. */
  readonly every: number;
  /** Makes the run repeatable; null leaves randomness as it is. */
  readonly seed: number | null;
  readonly backend: BackendChoice;
  /** Whether wasm trains with the debugger's own fast kernels; default true. Without them the same trains, slower. */
  readonly fastKernels?: boolean;
  /** `inherit`: the script uses this process's terminal. `pipe`: `Training.stdout` and `.stderr` carry its output. */
  readonly stdio: 'inherit' | 'pipe';
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
  /** The built `trainer/preload.mjs`; default: beside the folder of the file this is built into. */
  readonly preload?: string;
}

export interface TrainingEnd {
  /** Null where a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A training script running in a process of its own. */
export interface Training {
  readonly pid: number | undefined;
  /** The run's folder, absolute, once the record exists. Rejects when the process ended before. */
  readonly folder: Promise<string>;
  /** Settles when the process has ended and its last message was read. Rejects when it could not be started. */
  readonly done: Promise<TrainingEnd>;
  /** With `pipe`; else null. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Add listeners before anything is awaited: messages are not kept. */
  onMessage(listener: (message: TrainerToHost) => void): void;
  /**
   * Ends the run at its next training step; the record keeps all that was measured. A script that comes to no step
   * within the grace time is ended by force.
   */
  cancel(): void;
  /** Closes the pipe, for a host that goes away: the script ends at its next step, and the run counts as interrupted. */
  disconnect(): void;
}

/** What the trainer's own ending by force may take beyond the grace time, in milliseconds. */
const FORCE_MARGIN = 5_000;

/** How long the pipe may stay open after the process has ended, in milliseconds. */
const LAST_MESSAGES = 1_000;

/**
 * Runs a training script under observation: `node ENTRY ARGS` as the user would, with the trainer loaded before it.
 * Returns at once. The record is written by the process itself; a process that is killed leaves one without an end line.
 */
export function startTraining(options: TrainingOptions): Training {
  const entry = path.resolve(options.entry);
  const cwd = realFolder(options.cwd ?? workingFolder(entry));
  const cancelGrace = options.cancelGrace ?? 5_000;
  const configuration: TrainingConfiguration = {
    entry,
    args: options.args,
    cwd,
    every: options.every,
    seed: options.seed,
    backend: options.backend,
    fastKernels: options.fastKernels ?? true,
    runsFolder: options.runsFolder === undefined ? null : path.resolve(options.runsFolder),
    cancelGrace,
  };
  const preload = options.preload ?? fileURLToPath(new URL('../trainer/preload.mjs', import.meta.url));
  const child = spawn(
    options.nodePath ?? process.execPath,
    ['--import', pathToFileURL(preload).href, ...(options.nodeOptions ?? []), entry, ...options.args],
    {
      cwd,
      env: { ...(options.env ?? process.env), [CONFIGURATION_VARIABLE]: JSON.stringify(configuration) },
      stdio:
        options.stdio === 'inherit' ? ['inherit', 'inherit', 'inherit', 'pipe'] : ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );

  const pipe = child.stdio[HOST_PIPE] as Duplex;
  const transport = streamTransport(pipe);
  const messages = new EventEmitter<{ message: [TrainerToHost] }>();
  const channel = new Channel<HostToTrainer, TrainerToHost>(
    transport,
    isTrainerToHost,
    (message) => void messages.emit('message', message),
  );
  const exit = new Promise<TrainingEnd>((resolve, reject) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    child.once('error', (error) => reject(new Error(`The training process could not be started: ${error.message}`)));
  });
  const closed = new Promise<void>((resolve) => transport.onClose(resolve));
  // The pipe's last messages are still to be read when the process has ended; something else may hold it open.
  const done = exit.then(async (end) => {
    await Promise.race([closed, delay(LAST_MESSAGES, undefined, { ref: false })]);
    return end;
  });
  const folder = new Promise<string>((resolve, reject) => {
    messages.on('message', (message) => {
      if (message.type === 'record') {
        resolve(message.folder);
      }
    });
    done.then(() => reject(new Error('The training process ended before it could make a record.')), reject);
  });
  // A caller that does not ask for the folder has not overlooked anything: `done` tells the same.
  folder.catch(() => undefined);

  let forcedEnd: NodeJS.Timeout | null = null;
  child.once('exit', () => forcedEnd !== null && clearTimeout(forcedEnd));
  return {
    pid: child.pid,
    folder,
    done,
    stdout: child.stdout,
    stderr: child.stderr,
    onMessage: (listener) => void messages.on('message', listener),
    cancel: () => {
      channel.send({ type: 'cancel' });
      forcedEnd ??= setTimeout(() => child.kill('SIGKILL'), cancelGrace + FORCE_MARGIN);
    },
    disconnect: () => void pipe.destroy(),
  };
}

/** Symbolic links resolved, as the process itself will see its folder; a missing folder is left for spawn to report. */
function realFolder(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : path.resolve(folder);
}
