import path from 'node:path';
import * as vscode from 'vscode';
import { attachTraining } from '../../launch/attachTraining.ts';
import { startTraining } from '../../launch/startTraining.ts';
import type { Training } from '../../launch/training.ts';
import type { Runs } from '../runs/runs.ts';
import { Signal } from '../signal.ts';
import { announceEnd } from './announceEnd.ts';
import { childEnvironment } from './childEnvironment.ts';
import { debugScript } from './debugScript.ts';
import { findNode } from './findNode.ts';
import { OutputChannels, type OutputChannel } from './outputChannels.ts';
import { showProgress } from './progress.ts';
import { RunningTraining } from './runningTraining.ts';
import { startPlace } from './startPlace.ts';

/** What a test, or another extension, may know of the trainings of this session. */
export interface TrainingState {
  readonly entry: string;
  readonly folder: string | null;
  readonly state: string;
  readonly pid: number | null;
  /** Another window, or this one before it was reloaded, has started it. */
  readonly attached: boolean;
}

/** A training has made its record, or had to move it. */
export interface NewRecord {
  readonly training: RunningTraining;
  readonly folder: string;
  /** Where it was before; null at first. */
  readonly before: string | null;
  readonly attached: boolean;
}

/** How long a training carries on while its window is reloaded, in milliseconds. */
const HOST_GRACE = 60_000;

/** The trainings that this window runs, and those that have ended since it opened. */
export class Trainings implements vscode.Disposable {
  /** A training has begun, changed or ended. */
  readonly changes = new Signal<RunningTraining>();
  /** A training has begun or ended: how many run now. */
  readonly count = new Signal<number>();
  readonly recordings = new Signal<NewRecord>();
  readonly #running = new Map<RunningTraining, { readonly attached: boolean }>();
  readonly #ended: TrainingState[] = [];
  readonly #outputs = new OutputChannels();

  constructor(
    private readonly runs: Runs,
    private readonly log: vscode.LogOutputChannel,
    /** The built `trainer/preload.mjs`. */
    private readonly preload: string,
  ) {}

  get running(): readonly RunningTraining[] {
    return [...this.#running.keys()];
  }

  get states(): TrainingState[] {
    return [...this.#ended, ...[...this.#running].map(([training, { attached }]) => stateOf(training, attached))];
  }

  /**
   * Starts a saved script; resolves when its process runs. `debug`: with the editor's breakpoints.
   * @throws NodeError, SettingError: for people
   */
  async start(entry: vscode.Uri, debug = false): Promise<RunningTraining> {
    const { settings, cwd } = startPlace(entry);
    const env = childEnvironment(process.env, settings.env);
    const own = { path: process.execPath, version: process.versions.node };
    const node = await findNode({ setting: settings.nodePath, cwd, env, own });
    const output = this.#outputs.open(entry.fsPath);
    this.#say(output, node.reason);
    const training = startTraining({
      entry: entry.fsPath,
      args: settings.args,
      every: settings.every,
      budget: settings.budget,
      seed: settings.seed,
      backend: settings.backend,
      fastKernels: settings.fastKernels,
      stdio: 'file',
      hostGrace: HOST_GRACE,
      nodePath: node.path,
      cwd,
      env: childEnvironment(process.env, node.env, settings.env),
      debug,
      preload: this.preload,
    });
    return this.#follow(entry.fsPath, training, output, false);
  }

  /** Takes over what runs on from before this window was reloaded, or was started by another window. */
  async reattach(): Promise<void> {
    const live = (await this.runs.listed()).filter(({ state }) => state === 'running');
    await Promise.all(live.map(({ folder }) => this.attach(folder)));
  }

  /** The training that records in a folder, attached to if need be. Null where it has ended, or nobody may attach. */
  async attach(folder: string): Promise<RunningTraining | null> {
    const mine = (): RunningTraining | null => this.running.find((each) => each.folder === folder) ?? null;
    const entry = this.runs.list.find((run) => run.folder === folder)?.entry ?? null;
    const training = mine() === null && entry !== null ? await attachTraining(folder) : null;
    if (training === null || entry === null || mine() !== null) {
      training?.disconnect();
      return mine();
    }
    const output = this.#outputs.open(entry);
    this.#say(output, vscode.l10n.t('attached again to the training that records in {0}', folder));
    return this.#follow(entry, training, output, true);
  }

  /** Shows what the script of a run printed, in this session or an earlier one. False where nothing of it was kept. */
  showOutput(folder: string | null): Promise<boolean> {
    return this.#outputs.show(folder);
  }

  dispose(): void {
    this.running.forEach((training) => training.abandon());
    this.changes.dispose();
    this.count.dispose();
    this.recordings.dispose();
    this.#outputs.dispose();
  }

  #follow(entry: string, started: Training, output: OutputChannel, attached: boolean): RunningTraining {
    let folder: string | null = null;
    const training: RunningTraining = new RunningTraining(entry, started, this.runs, {
      output: (line) => output.line(line),
      notice: (message) => {
        this.#say(output, message);
        void vscode.window.showWarningMessage(message);
      },
      recording: (at) => {
        const before = folder;
        folder = at;
        output.recordsIn(at);
        this.#say(output, vscode.l10n.t('recording in {0}', at));
        this.recordings.emit({ training, folder: at, before, attached });
      },
      inspector: (url) => void debugScript(training, url, path.dirname(path.dirname(this.preload)), this.log),
    });
    this.#running.set(training, { attached });
    training.changes.listen((changed) => this.changes.emit(changed));
    this.count.emit(this.#running.size);
    this.changes.emit(training);
    showProgress(training);
    void this.#watch(training, output, attached);
    return training;
  }

  async #watch(training: RunningTraining, output: OutputChannel, attached: boolean): Promise<void> {
    const outcome = await training.outcome;
    this.#running.delete(training);
    const state = stateOf(training, attached);
    this.#ended.push(outcome.kind === 'notStarted' ? { ...state, state: 'failed' } : state);
    this.count.emit(this.#running.size);
    this.changes.emit(training);
    training.dispose();
    await announceEnd(training.entry, outcome, { output, log: this.log });
  }

  #say(output: OutputChannel, message: string): void {
    this.log.info(`${output.name}: ${message}`);
    output.line(`[mtl-debugger] ${message}`);
  }
}

function stateOf(training: RunningTraining, attached: boolean): TrainingState {
  const { entry, folder, state, pid } = training;
  return { entry, folder, state, pid: pid ?? null, attached };
}
