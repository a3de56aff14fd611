import { positionsIn, samePosition } from '../../core/run/positions.ts';
import type { SourcePosition } from '../../core/run/record.ts';
import { isPanelToHost } from '../../protocol/panelMessageShapes.ts';
import type { HostToPanel, PanelToHost } from '../../protocol/panelMessages.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import type { Following, Runs } from '../runs/runs.ts';
import type { Disposable } from '../signal.ts';

/** What the page asks for that the run itself cannot answer. */
export type PanelRequest = Exclude<PanelToHost, { readonly type: 'ready' | 'show' }>;

/**
 * One page's side of the conversation: which run it shows, and what it has been sent of it. The page holds no run: whenever
 * it says `ready`, it gets everything again. Without VS Code, so that it can be tested with any page.
 */
export class ShownRun implements Disposable {
  readonly #runs: Runs;
  readonly #send: (message: HostToPanel) => void;
  readonly #ask: (request: PanelRequest) => void;
  #following: Following | null = null;
  #listening: Disposable | null = null;
  #ready = false;
  #dropped = 0;

  constructor(runs: Runs, send: (message: HostToPanel) => void, ask: (request: PanelRequest) => void) {
    this.#runs = runs;
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
      this.#listening = following.run.updates.listen(({ lines, live }) => {
        if (this.#ready && isUnreadable(following.run)) {
          this.#sendAll();
        } else if (this.#ready) {
          this.#send({ type: 'lines', run: following.run.folder, lines, live });
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
    } else {
      this.#ask(message);
    }
  }

  dispose(): void {
    this.#leave();
  }

  #leave(): void {
    this.#listening?.dispose();
    this.#following?.dispose();
    this.#listening = null;
    this.#following = null;
  }

  #sendAll(): void {
    const run = this.#following?.run;
    if (run === undefined) {
      this.#send({ type: 'empty' });
    } else if (isUnreadable(run)) {
      this.#send({ type: 'unreadable', run: run.folder, folder: run.folder, reason: run.fault ?? '' });
    } else {
      this.#send({ type: 'open', run: run.folder, folder: run.folder, lines: [...run.lines], live: run.live });
    }
  }

  /** The page may lead to the places that the record names, and to no other file. */
  #names(position: SourcePosition): boolean {
    return (
      this.#following?.run.lines.some((line) => positionsIn(line).some((named) => samePosition(named, position))) ??
      false
    );
  }
}

/** What was read before it became unreadable is still worth a look. */
function isUnreadable({ fault, lines }: FollowedRun): boolean {
  return fault !== null && lines.length === 0;
}
