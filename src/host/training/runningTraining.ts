import type { RunState } from '../../core/run/run.ts';
import { progressOf, type Progress } from '../../core/report/progress.ts';
import { StepClock } from '../../launch/stepClock.ts';
import { startTraining, type Training, type TrainingEnd, type TrainingOptions } from '../../launch/startTraining.ts';
import type { Following, Runs } from '../runs/runs.ts';
import { Signal } from '../signal.ts';
import { ScriptOutput } from './scriptOutput.ts';
import type { TrainingOutcome } from './outcome.ts';

export interface TrainingEvents {
  /** One line of the script's output. */
  output(line: string): void;
  /** A sentence of the trainer that the user should read now. */
  notice(message: string): void;
  /** The record exists, or has moved: its folder. */
  recording(folder: string): void;
}

/** How long the script's last output may take after its process has ended: something else may hold the pipe open. */
const LAST_OUTPUT = 1_000;

/** One training script that this host runs, from its start to the last line of its record. */
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

  constructor(options: TrainingOptions, runs: Runs, events: TrainingEvents) {
    this.entry = options.entry;
    this.#runs = runs;
    this.#events = events;
    this.#training = startTraining({ ...options, stdio: 'pipe' });
    this.#training.onMessage((message) => {
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
      }
    });
    const output = [this.#training.stdout, this.#training.stderr].map((stream) => this.#readOutput(stream));
    this.outcome = this.#training.done.then(
      (end) => this.#finish(end, Promise.all(output)),
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

  /** This host goes away; the script must not outlive it. */
  abandon(): void {
    this.#training.disconnect();
    this.changes.dispose();
    this.#following?.dispose();
  }

  #follow(folder: string): void {
    const before = this.#following;
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

  #readOutput(stream: Training['stdout']): Promise<void> {
    if (stream === null) {
      return Promise.resolve();
    }
    const output = new ScriptOutput((line) => this.#events.output(line));
    stream.on('data', (chunk: Buffer) => output.push(chunk));
    return new Promise((resolve) => {
      const end = (): void => {
        output.end();
        resolve();
      };
      stream.once('end', end);
      // A pipe that breaks has ended as well: the process's own end tells why.
      stream.once('error', end);
    });
  }

  async #finish(end: TrainingEnd, output: Promise<unknown>): Promise<TrainingOutcome> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([output, new Promise((resolve) => (timer = setTimeout(resolve, LAST_OUTPUT)))]);
    clearTimeout(timer);
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
