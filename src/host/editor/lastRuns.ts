import path from 'node:path';
import { shareDiagnosis, type RunDiagnosis } from '../diagnosis/runDiagnosis.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import type { Following, Runs } from '../runs/runs.ts';
import { Signal, type Disposable } from '../signal.ts';

/** Editors hear of a growing run this often at most, in milliseconds: they show results, not curves. */
const LEAST_BETWEEN = 1_000;

/** A run that is followed and diagnosed for one file. */
interface Followed {
  readonly following: Following;
  readonly diagnosis: RunDiagnosis;
  readonly held: readonly Disposable[];
}

/** The newest run of every file that somebody looks at: its own, else one of a script that trains in it. */
export class LastRuns implements Disposable {
  /** The file, absolute, of which another run is the newest now, or whose newest run has grown. */
  readonly changes = new Signal<string>();
  /** The file of whose newest run something else is known to be wrong now, or that has no run any more. */
  readonly diagnoses = new Signal<string>();
  readonly #runs: Runs;
  readonly #wanted = new Map<string, Followed | null>();
  readonly #told = new Map<string, NodeJS.Timeout>();
  readonly #listening: Disposable;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#listening = runs.changes.listen(() => [...this.#wanted.keys()].forEach((entry) => this.#look(entry)));
  }

  /** The newest run of a file; from now on it is followed. Null where there is none, as far as is known yet. */
  of(entry: string): FollowedRun | null {
    const key = path.resolve(entry);
    if (!this.#wanted.has(key)) {
      this.#wanted.set(key, null);
      void this.#runs.listed().then(() => this.#look(key));
    }
    return this.#wanted.get(key)?.following.run ?? null;
  }

  /** What is wrong with the newest run of a file; null where it has none. */
  diagnosisOf(entry: string): RunDiagnosis | null {
    return this.#wanted.get(path.resolve(entry))?.diagnosis ?? null;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#told.forEach((timer) => clearTimeout(timer));
    this.#wanted.forEach((each) => this.#leave(each));
    this.changes.dispose();
    this.diagnoses.dispose();
  }

  #look(entry: string): void {
    const { list } = this.#runs;
    const run = list.find((each) => each.entry === entry) ?? list.find(({ trainsIn }) => trainsIn.includes(entry));
    const newest = run?.folder ?? null;
    const now = this.#wanted.get(entry) ?? null;
    if (newest === (now?.following.run.folder ?? null)) {
      return;
    }
    this.#leave(now);
    if (newest === null) {
      this.#wanted.set(entry, null);
    } else {
      const following = this.#runs.follow(newest);
      const listening = following.run.updates.listen(({ live, lines }) => {
        const graph = lines.some(({ type }) => type === 'graph');
        // What editors show changes with the graph and the end; the count of steps may wait.
        this.#tell(entry, !live || graph ? 0 : LEAST_BETWEEN);
        if (live && graph) {
          // Now it is known which files train.
          void this.#runs.refresh();
        }
      });
      const shared = shareDiagnosis(following.run);
      const hearing = shared.diagnosis.changes.listen(() => this.diagnoses.emit(entry));
      this.#wanted.set(entry, {
        following,
        diagnosis: shared.diagnosis,
        held: [listening, hearing, shared, following],
      });
    }
    this.#tell(entry, 0);
    // Another may have asked for the same diagnosis before.
    this.diagnoses.emit(entry);
  }

  #leave(each: Followed | null): void {
    each?.held.forEach((one) => one.dispose());
  }

  #tell(entry: string, milliseconds: number): void {
    const pending = this.#told.get(entry);
    if (pending !== undefined && milliseconds > 0) {
      return;
    }
    clearTimeout(pending);
    const tell = (): void => {
      this.#told.delete(entry);
      this.changes.emit(entry);
    };
    this.#told.set(entry, setTimeout(tell, milliseconds));
  }
}
