import { unpacked } from '../../core/run/packed/keptLine.ts';
import { PackedLine } from '../../core/run/packed/packedLine.ts';
import { positionsIn, samePosition } from '../../core/run/positions.ts';
import type { RecordLine, SourcePosition } from '../../core/run/record.ts';
import type { HostToPanel, SentRun } from '../../protocol/panelMessages.ts';
import type { FollowedRun } from '../runs/followedRun.ts';
import type { Disposable } from '../signal.ts';

/** Lines of one message. The host keeps lines packed: what is unpacked for a page stands in memory until the page has it. */
export const AT_ONCE = 500;

/** Sends a page; the promise, where there is one, is kept when the page has it. */
export type Send = (message: HostToPanel) => unknown;

/** One run on its way to one page: from its first line on, each line once, a long record in pieces. */
export class RunFeed implements Disposable {
  #sent = 0;
  #told: boolean | null = null;
  #sending = false;
  #disposed = false;

  constructor(
    private readonly run: FollowedRun,
    private readonly send: Send,
  ) {}

  /** The run with its first lines, for the message that opens it; `more` sends the rest. */
  begin(): SentRun {
    return { run: this.run.folder, folder: this.run.folder, ...this.#piece() };
  }

  /** Sends what the page does not have yet. */
  more(): void {
    if (!this.#sending) {
      this.#sending = true;
      void this.#sendOn();
    }
  }

  dispose(): void {
    this.#disposed = true;
  }

  async #sendOn(): Promise<void> {
    try {
      while (!this.#disposed && (this.#sent < this.run.lines.length || this.#told !== this.run.live)) {
        await this.send({ type: 'lines', run: this.run.folder, ...this.#piece() });
      }
    } catch {
      // The page is gone: a new one says that it is ready, and gets everything.
      this.#disposed = true;
    } finally {
      this.#sending = false;
    }
  }

  #piece(): { readonly lines: readonly RecordLine[]; readonly live: boolean } {
    const lines = this.run.lines.slice(this.#sent, this.#sent + AT_ONCE).map(unpacked);
    this.#sent += lines.length;
    // A run is not over for the page before it has all of it.
    const live = this.run.live || this.#sent < this.run.lines.length;
    this.#told = live;
    return { lines, live };
  }
}

/** Whether a run's record names this place of the user's source. A page may lead to these, and to no other file. */
export function namesPosition({ lines }: FollowedRun, position: SourcePosition): boolean {
  return lines.some(
    (line) => !(line instanceof PackedLine) && positionsIn(line).some((named) => samePosition(named, position)),
  );
}
