import { diagnose, type Diagnosis } from '../../core/diagnosis/diagnose.ts';
import type { Run } from '../../core/run/run.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import { Signal, type Disposable } from '../signal.ts';
import { Pace } from './pace.ts';

const NOTHING_YET: Diagnosis = { findings: [], silent: [] };

/** What it needs of a followed run. */
export type Followed = Pick<FollowedRun, 'run' | 'live' | 'lines' | 'updates'>;

/**
 * What is wrong with a run, worked out anew when its record has grown: at a pace that leaves the host its time, and in any case
 * when the run has ended. Since when a finding holds stays as it was first told.
 */
export class RunDiagnosis implements Disposable {
  readonly changes = new Signal<Diagnosis>();
  readonly #pace = new Pace();
  readonly #listening: Disposable;
  #current = NOTHING_YET;
  /** Lines of the record that were looked at. */
  #seen = 0;
  #pending: NodeJS.Timeout | null = null;
  #fault: string | null = null;

  constructor(
    private readonly followed: Followed,
    private readonly judge: (run: Run, known: Diagnosis['findings']) => Diagnosis = diagnose,
  ) {
    this.#listening = followed.updates.listen(() => this.#schedule());
    this.#schedule();
  }

  /** As of the last look; before the first, nothing. */
  get current(): Diagnosis {
    return this.#current;
  }

  /** Whether it was looked at yet. */
  get looked(): boolean {
    return this.#seen > 0;
  }

  /** Why the last look failed: a fault of a rule. Null where it did not. */
  get fault(): string | null {
    return this.#fault;
  }

  dispose(): void {
    this.#listening.dispose();
    this.changes.dispose();
    this.#stop();
  }

  #schedule(): void {
    const { lines, live } = this.followed;
    if (lines.length === this.#seen) {
      return;
    }
    if (!live) {
      // The last word comes at once.
      this.#stop();
      this.#pending = setTimeout(() => this.#look(), 0);
    } else {
      this.#pending ??= setTimeout(() => this.#look(), this.#pace.wait(performance.now()));
    }
  }

  #stop(): void {
    if (this.#pending !== null) {
      clearTimeout(this.#pending);
      this.#pending = null;
    }
  }

  #look(): void {
    this.#pending = null;
    this.#seen = this.followed.lines.length;
    const from = performance.now();
    try {
      this.#current = this.judge(this.followed.run, this.#current.findings);
      this.#fault = null;
    } catch (error) {
      this.#fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    this.#pace.looked(from, performance.now());
    this.changes.emit(this.#current);
  }
}

const shared = new WeakMap<Followed, { readonly diagnosis: RunDiagnosis; users: number }>();

/** The diagnosis of a run, one for all that ask for it; it ends when the last of them has disposed of it. */
export function shareDiagnosis(run: Followed): Disposable & { readonly diagnosis: RunDiagnosis } {
  const entry = shared.get(run) ?? { diagnosis: new RunDiagnosis(run), users: 0 };
  entry.users++;
  shared.set(run, entry);
  let disposed = false;
  return {
    diagnosis: entry.diagnosis,
    dispose: () => {
      if (!disposed && --entry.users === 0) {
        shared.delete(run);
        entry.diagnosis.dispose();
      }
      disposed = true;
    },
  };
}
