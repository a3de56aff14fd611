import * as vscode from 'vscode';
import type { TrainingOptions } from '../../launch/startTraining.ts';
import type { Runs } from '../runs/runs.ts';
import { Signal } from '../signal.ts';
import { announceEnd } from './announceEnd.ts';
import { childEnvironment } from './childEnvironment.ts';
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
}

/** The trainings that this window runs, and those that have ended since it opened. */
export class Trainings implements vscode.Disposable {
  /** A training has begun, changed or ended. */
  readonly changes = new Signal<RunningTraining>();
  /** A training has begun or ended: how many run now. */
  readonly count = new Signal<number>();
  /** A training has made its record, or had to move it. */
  readonly recordings = new Signal<{ readonly training: RunningTraining; readonly before: string | null }>();
  readonly #running = new Set<RunningTraining>();
  readonly #ended: TrainingState[] = [];
  readonly #outputs = new OutputChannels();

  constructor(
    private readonly runs: Runs,
    private readonly log: vscode.LogOutputChannel,
    /** The built `trainer/preload.mjs`. */
    private readonly preload: string,
  ) {}

  get running(): readonly RunningTraining[] {
    return [...this.#running];
  }

  get states(): TrainingState[] {
    return [...this.#ended, ...this.running.map(({ entry, folder, state }) => ({ entry, folder, state }))];
  }

  /**
   * Starts a saved script; resolves when its process runs.
   * @throws NodeError, SettingError: for people
   */
  async start(entry: vscode.Uri): Promise<RunningTraining> {
    const { settings, cwd } = startPlace(entry);
    const env = childEnvironment(process.env, settings.env);
    const own = { path: process.execPath, version: process.versions.node };
    const node = await findNode({ setting: settings.nodePath, cwd, env, own });
    const output = this.#outputs.open(entry.fsPath);
    this.#say(output, node.reason);
    const options: TrainingOptions = {
      entry: entry.fsPath,
      args: settings.args,
      every: settings.every,
      seed: settings.seed,
      backend: settings.backend,
      stdio: 'pipe',
      nodePath: node.path,
      cwd,
      env: childEnvironment(process.env, node.env, settings.env),
      preload: this.preload,
    };
    return this.#run(options, output);
  }

  /** Shows what the script of a run printed. False where it ran before this session. */
  showOutput(folder: string | null): boolean {
    return this.#outputs.show(folder);
  }

  dispose(): void {
    this.#running.forEach((training) => training.abandon());
    this.changes.dispose();
    this.count.dispose();
    this.recordings.dispose();
    this.#outputs.dispose();
  }

  #run(options: TrainingOptions, output: OutputChannel): RunningTraining {
    let folder: string | null = null;
    const training: RunningTraining = new RunningTraining(options, this.runs, {
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
        this.recordings.emit({ training, before });
      },
    });
    this.#running.add(training);
    training.changes.listen((changed) => this.changes.emit(changed));
    this.count.emit(this.#running.size);
    this.changes.emit(training);
    showProgress(training);
    void this.#watch(training, output);
    return training;
  }

  async #watch(training: RunningTraining, output: OutputChannel): Promise<void> {
    const outcome = await training.outcome;
    const { entry, folder, state } = training;
    this.#running.delete(training);
    this.#ended.push({ entry, folder, state: outcome.kind === 'notStarted' ? 'failed' : state });
    this.count.emit(this.#running.size);
    this.changes.emit(training);
    training.dispose();
    await announceEnd(entry, outcome, { output, log: this.log });
  }

  #say(output: OutputChannel, message: string): void {
    this.log.info(`${output.name}: ${message}`);
    output.line(`[mtl-debugger] ${message}`);
  }
}
