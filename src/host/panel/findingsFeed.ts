import type { Finding } from '../../core/diagnosis/finding.ts';
import type { Run } from '../../core/run/run.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { samePosition } from '../../core/run/positions.ts';
import type { ShownFinding, ShownFindings } from '../../protocol/shownFindings.ts';
import { shareDiagnosis } from '../diagnosis/runDiagnosis.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import type { Disposable } from '../signal.ts';
import type { Send } from './runFeed.ts';
import { shownFindings } from './shownFindings.ts';

/** What a panel must know of the user's files to show findings. */
export interface IgnoredFindings {
  /** The ids of the findings that comments in the run's files ignore. */
  of(findings: readonly Finding[], run: Run): Promise<ReadonlySet<string>>;
  /** Calls when a file has changed that may hold such comments. */
  onChange(changed: () => void): Disposable;
}

/** Where no file is looked at. */
export const noneIgnored: IgnoredFindings = {
  of: () => Promise.resolve(new Set()),
  onChange: () => ({ dispose: () => undefined }),
};

/** The findings of one run on their way to one page: whenever they change, while the page is there. */
export class FindingsFeed implements Disposable {
  readonly #shared: ReturnType<typeof shareDiagnosis>;
  readonly #listening: readonly Disposable[];
  #told = '';
  #shown: ShownFindings | null = null;
  #turn = 0;
  #disposed = false;

  constructor(
    private readonly run: FollowedRun,
    private readonly send: Send,
    private readonly ignored: IgnoredFindings,
  ) {
    this.#shared = shareDiagnosis(run);
    const look = (): void => void this.#look();
    this.#listening = [this.#shared.diagnosis.changes.listen(look), ignored.onChange(look)];
    look();
  }

  /** The finding of this id, as the page has it. */
  find(id: string): ShownFinding | null {
    return this.#shown?.findings.find((each) => each.id === id) ?? null;
  }

  /** Whether a finding leads to this place. */
  names(position: SourcePosition): boolean {
    const places = this.#shown?.findings.flatMap(({ place, related }) => [
      ...(place === null ? [] : [place]),
      ...related.map((each) => each.position),
    ]);
    return places?.some((place) => samePosition(place, position)) ?? false;
  }

  dispose(): void {
    this.#disposed = true;
    this.#listening.forEach((each) => each.dispose());
    this.#shared.dispose();
  }

  async #look(): Promise<void> {
    const { current, looked } = this.#shared.diagnosis;
    const turn = ++this.#turn;
    if (!looked) {
      return;
    }
    const ignored = await this.ignored.of(current.findings, this.run.run);
    // A newer look overtakes an older one.
    if (turn !== this.#turn || this.#disposed) {
      return;
    }
    const findings = current.findings.filter(({ id }) => !ignored.has(id));
    const left = current.findings.length - findings.length;
    const shown = shownFindings({ ...current, findings }, this.run.run, left);
    const told = JSON.stringify(shown);
    if (told !== this.#told) {
      this.#told = told;
      this.#shown = shown;
      this.send({ type: 'findings', run: this.run.folder, ...shown });
    }
  }
}
