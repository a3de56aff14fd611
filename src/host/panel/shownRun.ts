import type { RuleId } from '../../core/diagnosis/ruleIds.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { isPanelToHost } from '../../protocol/panelMessageShapes.ts';
import type { PanelToHost } from '../../protocol/panelMessages.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import type { Following, Runs } from '../runs/runs.ts';
import type { Disposable } from '../signal.ts';
import { FindingsFeed, noneIgnored, type IgnoredFindings } from './findingsFeed.ts';
import { namesPosition, RunFeed, type Send } from './runFeed.ts';

/** What the page asks for that the run itself cannot answer. */
export type PanelRequest =
  | Exclude<PanelToHost, { readonly type: 'ready' | 'show' | 'ignore' }>
  /** What the rule finds in the file of this place. */
  | { readonly type: 'ignore'; readonly rule: RuleId; readonly position: SourcePosition };

/**
 * One page's side of the conversation: which run it shows, and what it has been sent of it. The page holds no run: whenever
 * it says `ready`, it gets everything again. Without VS Code, so that it can be tested with any page.
 */
export class ShownRun implements Disposable {
  readonly #runs: Runs;
  readonly #send: Send;
  readonly #ask: (request: PanelRequest) => void;
  readonly #ignored: IgnoredFindings;
  #following: Following | null = null;
  #listening: Disposable | null = null;
  #feed: RunFeed | null = null;
  #findings: FindingsFeed | null = null;
  #ready = false;
  #dropped = 0;

  constructor(runs: Runs, send: Send, ask: (request: PanelRequest) => void, ignored = noneIgnored) {
    this.#runs = runs;
    this.#ignored = ignored;
    this.#send = send;
    this.#ask = ask;
  }

  /** Messages of the page that were none. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Absolute; null while no run is shown. */
  get folder(): string | null {
    return this.#following?.run.folder ?? null;
  }

  /** The working folder of the shown run, which its positions are relative to. */
  get cwd(): string | null {
    return this.#following?.run.run.header?.cwd ?? null;
  }

  /** The script of the shown run, as its record names it. */
  get entry(): string | null {
    return this.#following?.run.run.header?.entry ?? null;
  }

  /** Shows another run, from its first line on; null: none. */
  show(folder: string | null): void {
    this.#leave();
    if (folder !== null) {
      const following = this.#runs.follow(folder);
      this.#following = following;
      this.#listening = following.run.updates.listen(() => {
        if (this.#ready && isUnreadable(following.run)) {
          this.#sendAll();
        } else if (this.#ready) {
          this.#feed?.more();
        }
      });
    }
    if (this.#ready) {
      this.#sendAll();
    }
  }

  /** The page is gone, or hidden: it will say `ready` when it is back. */
  pageGone(): void {
    this.#ready = false;
    this.#stopFeed();
  }

  receive(message: unknown): void {
    if (
      !isPanelToHost(message) ||
      message.type === 'show' ||
      (message.type === 'reveal' && !this.#names(message.position))
    ) {
      this.#dropped++;
    } else if (message.type === 'ready') {
      this.#ready = true;
      this.#sendAll();
    } else if (message.type === 'ignore') {
      this.#ignore(message.finding);
    } else {
      this.#ask(message);
    }
  }

  dispose(): void {
    this.#leave();
  }

  #names(position: SourcePosition): boolean {
    return (
      this.#findings?.names(position) === true ||
      (this.#following !== null && namesPosition(this.#following.run, position))
    );
  }

  /** Only of a finding that the page was told. */
  #ignore(id: string): void {
    const finding = this.#findings?.find(id) ?? null;
    if (finding === null || finding.place === null) {
      this.#dropped++;
    } else {
      this.#ask({ type: 'ignore', rule: finding.rule, position: finding.place });
    }
  }

  #leave(): void {
    this.#stopFeed();
    this.#listening?.dispose();
    this.#following?.dispose();
    this.#listening = null;
    this.#following = null;
  }

  #stopFeed(): void {
    this.#feed?.dispose();
    this.#findings?.dispose();
    this.#feed = null;
    this.#findings = null;
  }

  #sendAll(): void {
    this.#stopFeed();
    const run = this.#following?.run;
    if (run === undefined) {
      this.#send({ type: 'empty' });
    } else if (isUnreadable(run)) {
      this.#send({ type: 'unreadable', run: run.folder, folder: run.folder, reason: run.fault ?? '' });
    } else {
      this.#feed = new RunFeed(run, this.#send);
      this.#send({ type: 'open', ...this.#feed.begin() });
      this.#feed.more();
      this.#findings = new FindingsFeed(run, this.#send, this.#ignored);
    }
  }
}

/** What was read before it became unreadable is still worth a look. */
function isUnreadable({ fault, lines }: FollowedRun): boolean {
  return fault !== null && lines.length === 0;
}
