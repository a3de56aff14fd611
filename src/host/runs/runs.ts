import path from 'node:path';
import { Signal, type Disposable } from '../signal.ts';
import { findRunsFolders, runFoldersIn } from './findRunFolders.ts';
import { FollowedRun } from './followedRun.ts';
import { readSummary, type RunSummary } from './readSummary.ts';

/** A run that is followed until this is disposed of. */
export interface Following extends Disposable {
  readonly run: FollowedRun;
}

/** The recorded and running runs of all workspace folders. One reader per record, however many look at it. */
export class Runs implements Disposable {
  /** The list has changed. */
  readonly changes = new Signal<readonly RunSummary[]>();
  readonly #followed = new Map<string, { readonly run: FollowedRun; users: number }>();
  readonly #trainedHere = new Set<string>();
  #roots: readonly string[] = [];
  /** Runs folders outside the workspace folders, or deep in them: where this host has trained. */
  readonly #known: Set<string>;
  #list: readonly RunSummary[] = [];
  #refreshing: Promise<readonly RunSummary[]> | null = null;
  #again = false;
  #first: Promise<unknown> | null = null;

  /** `known`: runs folders of earlier sessions. */
  constructor(known: readonly string[]) {
    this.#known = new Set(known);
  }

  get known(): readonly string[] {
    return [...this.#known];
  }

  /** As of the last refresh, newest first. */
  get list(): readonly RunSummary[] {
    return this.#list;
  }

  /** The list, looked at for the first time where nobody has yet. */
  async listed(): Promise<readonly RunSummary[]> {
    await (this.#first ??= this.refresh());
    return this.#list;
  }

  /** `roots`: the workspace folders, absolute. */
  setRoots(roots: readonly string[]): void {
    this.#roots = roots;
    if (this.#first !== null) {
      void this.refresh();
    }
  }

  /** Lists the runs of one more folder, now and in later sessions. */
  know(runsFolder: string): void {
    this.#known.add(runsFolder);
    void this.refresh();
  }

  /** Looks at the folders anew. Calls that come meanwhile are answered by one more look. */
  refresh(): Promise<readonly RunSummary[]> {
    if (this.#refreshing !== null) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#look().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  follow(folder: string): Following {
    const entry = this.#followed.get(folder) ?? {
      run: new FollowedRun(folder, this.#trainedHere.has(folder)),
      users: 0,
    };
    entry.users++;
    this.#followed.set(folder, entry);
    void entry.run.open();
    let disposed = false;
    return {
      run: entry.run,
      dispose: () => {
        if (!disposed && --entry.users === 0) {
          this.#followed.delete(folder);
          entry.run.dispose();
        }
        disposed = true;
      },
    };
  }

  /** A training of this host records here; the caller says when it has ended. */
  begin(folder: string): Following {
    this.#trainedHere.add(folder);
    this.#known.add(path.dirname(folder));
    const following = this.follow(folder);
    void this.refresh();
    return following;
  }

  async end(folder: string): Promise<void> {
    this.#trainedHere.delete(folder);
    await this.#followed.get(folder)?.run.writerEnded();
    await this.refresh();
  }

  dispose(): void {
    this.changes.dispose();
    this.#followed.forEach(({ run }) => run.dispose());
    this.#followed.clear();
  }

  async #look(): Promise<readonly RunSummary[]> {
    do {
      this.#again = false;
      const below = await Promise.all(this.#roots.map(findRunsFolders));
      const runsFolders = new Set([...below.flat(), ...this.#known]);
      const folders = (await Promise.all([...runsFolders].map(runFoldersIn))).flat();
      const list = await Promise.all(folders.map(readSummary));
      this.#list = list.sort((a, b) => (b.time ?? '').localeCompare(a.time ?? '') || b.name.localeCompare(a.name));
    } while (this.#again as boolean);
    this.changes.emit(this.#list);
    return this.#list;
  }
}
