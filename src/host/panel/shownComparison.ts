import type { SourcePosition } from '../../core/run/record.ts';
import { isPanelToHost } from '../../protocol/panelMessageShapes.ts';
import type { Following, Runs } from '../runs/runs.ts';
import type { Disposable } from '../signal.ts';
import { namesPosition, RunFeed, type Send } from './runFeed.ts';

/** What the page of a comparison asks for that its runs cannot answer. */
export type ComparisonRequest =
  | { readonly type: 'reveal'; readonly cwd: string; readonly position: SourcePosition }
  | { readonly type: 'show'; readonly run: string }
  | { readonly type: 'train' | 'example' };

/**
 * The host's side of a comparison: which runs one page shows, and what it has been sent of them. As `ShownRun` is for one
 * run: the page holds none, and gets everything again whenever it says `ready`.
 */
export class ShownComparison implements Disposable {
  readonly #runs: Runs;
  readonly #send: Send;
  readonly #ask: (request: ComparisonRequest) => void;
  #followed: { readonly following: Following; readonly listening: Disposable }[] = [];
  /** By folder, while the page has the runs. */
  readonly #feeds = new Map<string, RunFeed>();
  #ready = false;
  #dropped = 0;

  constructor(runs: Runs, send: Send, ask: (request: ComparisonRequest) => void) {
    this.#runs = runs;
    this.#send = send;
    this.#ask = ask;
  }

  /** Messages of the page that were none. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Of the compared runs, absolute, the reference first. */
  get folders(): readonly string[] {
    return this.#followed.map(({ following }) => following.run.folder);
  }

  /** Shows other runs, from their first lines on. */
  show(folders: readonly string[]): void {
    const before = this.#followed;
    this.#followed = folders.map((folder) => {
      const following = this.#runs.follow(folder);
      const listening = following.run.updates.listen(() => {
        if (this.#ready) {
          this.#feeds.get(folder)?.more();
        }
      });
      return { following, listening };
    });
    // Left after the new ones are followed: a run that stays is not read anew.
    leave(before);
    if (this.#ready) {
      this.#sendAll();
    }
  }

  /** The page is gone, or hidden: it will say `ready` when it is back. */
  pageGone(): void {
    this.#ready = false;
    this.#stopFeeds();
  }

  receive(message: unknown): void {
    if (!isPanelToHost(message)) {
      this.#dropped++;
    } else if (message.type === 'ready') {
      this.#ready = true;
      this.#sendAll();
    } else if (message.type === 'reveal') {
      this.#reveal(message.position, message.run ?? null);
    } else if (message.type === 'show' && this.folders.includes(message.run)) {
      this.#ask({ type: 'show', run: message.run });
    } else if (message.type === 'train' || message.type === 'example') {
      this.#ask({ type: message.type });
    } else {
      this.#dropped++;
    }
  }

  dispose(): void {
    this.#stopFeeds();
    leave(this.#followed);
    this.#followed = [];
  }

  #stopFeeds(): void {
    this.#feeds.forEach((feed) => feed.dispose());
    this.#feeds.clear();
  }

  #sendAll(): void {
    this.#stopFeeds();
    if (this.#followed.length === 0) {
      this.#send({ type: 'empty' });
      return;
    }
    const runs = this.#followed.map(({ following: { run } }) => {
      const feed = new RunFeed(run, this.#send);
      this.#feeds.set(run.folder, feed);
      return feed.begin();
    });
    this.#send({ type: 'compare', runs });
    this.#feeds.forEach((feed) => feed.more());
  }

  /** The page may lead to the places that the records name, and to no other file. */
  #reveal(position: SourcePosition, folder: string | null): void {
    const named = this.#followed.find(
      ({ following: { run } }) => (folder === null || run.folder === folder) && namesPosition(run, position),
    );
    const cwd = named?.following.run.run.header?.cwd;
    if (cwd === undefined) {
      this.#dropped++;
    } else {
      this.#ask({ type: 'reveal', cwd, position });
    }
  }
}

function leave(followed: readonly { readonly following: Following; readonly listening: Disposable }[]): void {
  followed.forEach(({ following, listening }) => {
    listening.dispose();
    following.dispose();
  });
}
