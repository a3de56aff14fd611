import { positionsIn, samePosition } from '../../core/run/positions.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { isPanelToHost } from '../../protocol/panelMessageShapes.ts';
import type { HostToPanel } from '../../protocol/panelMessages.ts';
import type { Following, Runs } from '../runs/runs.ts';
import type { Disposable } from '../signal.ts';

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
  readonly #send: (message: HostToPanel) => void;
  readonly #ask: (request: ComparisonRequest) => void;
  #followed: { readonly following: Following; readonly listening: Disposable }[] = [];
  #ready = false;
  #dropped = 0;

  constructor(runs: Runs, send: (message: HostToPanel) => void, ask: (request: ComparisonRequest) => void) {
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
      const listening = following.run.updates.listen(({ lines, live }) => {
        if (this.#ready) {
          this.#send({ type: 'lines', run: folder, lines, live });
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
    leave(this.#followed);
    this.#followed = [];
  }

  #sendAll(): void {
    if (this.#followed.length === 0) {
      this.#send({ type: 'empty' });
      return;
    }
    const runs = this.#followed.map(({ following: { run } }) => ({
      run: run.folder,
      folder: run.folder,
      lines: [...run.lines],
      live: run.live,
    }));
    this.#send({ type: 'compare', runs });
  }

  /** The page may lead to the places that the records name, and to no other file. */
  #reveal(position: SourcePosition, folder: string | null): void {
    const named = this.#followed.find(
      ({ following: { run } }) =>
        (folder === null || run.folder === folder) &&
        run.lines.some((line) => positionsIn(line).some((each) => samePosition(each, position))),
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
