import type { RunState } from '../../core/run/run.ts';
import { progressOf, type Progress } from '../../core/report/progress.ts';
import { StepClock } from '../../launch/stepClock.ts';
import type { Training, TrainingEnd } from '../../launch/training.ts';
import type { Following, Runs } from '../runs/runs.ts';
import { Signal } from '../signal.ts';
import { followOutput } from './followedOutput.ts';
import type { TrainingOutcome } from './outcome.ts';

export interface TrainingEvents {
  /** One line of the script's output. */
  output(line: string): void;
  /** A sentence of the trainer that the user should read now. */
  notice(message: string): void;
  /** The record exists, or has moved: its folder. */
  recording(folder: string): void;
  /** The script waits for a JavaScript debugger at this address. */
  inspector(url: string): void;
}

/** One training script that this host runs or has attached to, from its start to the last line of its record. */
export class RunningTraining {
  readonly entry: string;
  /** Steps or state have changed; at most as often as the record's followers hear of it. */
  readonly changes = new Signal<RunningTraining>();
  /** Settles when everything is over and read. Never rejects. */
  readonly outcome: Promise<TrainingOutcome>;
  readonly #runs: Runs;
  readonly #events: TrainingEvents;
  readonly #training: Training;
  readonly #clock = new StepClock();
  #following: Following | null = null;
  #steps = 0;
  #stopping = false;
  #ended: RunState | null = null;

  /** `training`: just started, or just attached to. */
  constructor(entry: string, training: Training, runs: Runs, events: TrainingEvents) {
    this.entry = entry;
    this.#runs = runs;
    this.#events = events;
    this.#training = training;
    training.onMessage((message) => {
      switch (message.type) {
        case 'record':
          this.#follow(message.folder);
          if (message.moved !== null) {
            events.notice(message.moved);
          }
          break;
        case 'grown':
          this.#steps = Math.max(this.#steps, message.step);
          this.#following?.run.wake();
          break;
        case 'notice':
          events.notice(message.message);
          break;
        case 'inspector':
          events.inspector(message.url);
          break;
      }
    });
    const output = followOutput(training, (line) => events.output(line), training.done);
    this.outcome = training.done.then(
      (end) => this.#finish(end, output),
      (error: unknown) => ({ kind: 'notStarted', reason: error instanceof Error ? error.message : String(error) }),
    );
  }

  /** The run's folder; null until the record exists. */
  get folder(): string | null {
    return this.#following?.run.folder ?? null;
  }

  get pid(): number | undefined {
    return this.#training.pid;
  }

  get state(): RunState | 'starting' | 'stopping' {
    return this.#ended ?? (this.#stopping ? 'stopping' : this.#following === null ? 'starting' : 'running');
  }

  get progress(): Progress {
    const run = this.#following?.run.run;
    return run === undefined
      ? { step: this.#steps, total: null, rate: null, losses: [] }
      : progressOf(run, this.#steps, this.#clock.rate);
  }

  /** Ends it at its next step, or by force where it comes to none. */
  stop(): void {
    if (this.#ended === null) {
      this.#stopping = true;
      this.#training.cancel();
      this.changes.emit(this);
    }
  }

  /** This host goes away. The script waits a while for another, then it ends. */
  abandon(): void {
    this.#training.disconnect();
    this.changes.dispose();
    this.#following?.dispose();
  }

  #follow(folder: string): void {
    const before = this.#following;
    if (before?.run.folder === folder) {
      return;
    }
    this.#following = this.#runs.begin(folder);
    this.#following.run.updates.listen(() => {
      this.#clock.mark(performance.now(), this.progress.step);
      this.changes.emit(this);
    });
    if (before !== null) {
      // A record that moved holds all its lines in its new place too.
      void this.#runs.end(before.run.folder).finally(() => before.dispose());
    }
    this.#events.recording(folder);
    this.changes.emit(this);
  }

  async #finish(end: TrainingEnd, output: Promise<void>): Promise<TrainingOutcome> {
    await output;
    const run = this.#following?.run;
    if (run === undefined) {
      this.#ended = 'failed';
      this.changes.emit(this);
      return { kind: 'unrecorded', end };
    }
    await this.#runs.end(run.folder);
    this.#ended = run.state;
    this.changes.emit(this);
    const { steps, end: line, header } = run.run;
    return {
      kind: 'recorded',
      folder: run.folder,
      cwd: header?.cwd ?? null,
      state: run.state,
      stopping: this.#stopping,
      end,
      line,
      steps: Math.max(this.#steps, run.run.stepsDone),
      observed: steps.length,
      fault: run.fault,
    };
  }

  dispose(): void {
    this.changes.dispose();
    this.#following?.dispose();
  }
}
