import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { RecordFile } from './recordFile.ts';
import { codeOf, ignoreInGit, makeRunFolder } from './runFolder.ts';

export interface RecordPlaces {
  readonly runsFolder: string;
  /** Gets a .gitignore; null: none. */
  readonly ignoredFolder: string | null;
  /** Where the record goes when it cannot stay in `runsFolder`. */
  readonly temporaryFolder: string;
}

export interface RecordEvents {
  /** The record is in `folder` now; `moved` says why it is not where it should be. */
  onPlace(folder: string, moved: string | null): void;
  /** Lines had to be given up: the sentence says how many and why. */
  onDropped(message: string): void;
}

/** How often a growing record is looked for under its name, in milliseconds. */
const LOOK_INTERVAL = 200;

/**
 * Writes a run's lines and keeps them together: where the folder cannot be written to, the disk is full, or the folder was
 * deleted, the record moves to a fresh temporary folder with all lines so far. Never throws: training goes on.
 */
export class RecordWriter {
  private file: RecordFile | null = null;
  private moves = 0;
  private droppedLines = 0;
  private saidDropped = 0;
  private lastFailure = '';
  private lastLook = 0;
  private closedBytes = 0;
  private closedFolder = '';

  constructor(
    private readonly places: RecordPlaces,
    private readonly wishedName: string,
    private readonly events: RecordEvents,
  ) {
    try {
      if (places.ignoredFolder !== null) {
        ignoreInGit(places.ignoredFolder);
      }
      this.file = RecordFile.create(makeRunFolder(places.runsFolder, wishedName));
    } catch (error) {
      this.move(`no run folder could be made in ${places.runsFolder} (${reasonOf(error)})`);
    }
  }

  /** The run folder's name: the wished one, or with a number where that was taken. */
  get name(): string {
    return path.basename(this.file?.folder ?? this.wishedName);
  }

  /** Where the record is, or was before it was closed, absolute; empty where there could be none. */
  get folder(): string {
    return this.file?.folder ?? this.closedFolder;
  }

  /** Bytes of complete lines in the record. */
  get bytes(): number {
    return this.file?.bytes ?? this.closedBytes;
  }

  /** Lines that could be written nowhere. */
  get dropped(): number {
    return this.droppedLines;
  }

  /** Says where the record is; call it once the first line is in. */
  announce(): void {
    if (this.file !== null && this.moves === 0) {
      this.events.onPlace(this.file.folder, null);
    }
  }

  /** @param lines each without its line break */
  append(lines: readonly string[]): void {
    if (lines.length === 0) {
      return;
    }
    this.look(false);
    const text = lines.map((line) => `${line}\n`).join('');
    const failure = this.tryAppend(text);
    if (failure === null) {
      return;
    }
    // A second move would meet the same full disk; one move away from the workspace is what can help.
    if (this.moves === 0 && this.move(failure) && this.tryAppend(text) === null) {
      return;
    }
    this.appendOneByOne(lines, failure);
  }

  /** Everything on disk, and under its name. */
  close(): void {
    this.look(true);
    this.sayDropped();
    try {
      this.file?.flush();
      this.file?.close();
    } catch (error) {
      this.events.onDropped(`The record's last lines may not have reached the disk: ${reasonOf(error)}.`);
    }
    this.closedBytes = this.bytes;
    this.closedFolder = this.folder;
    this.file = null;
  }

  private tryAppend(text: string): string | null {
    if (this.file === null) {
      return `no folder for it could be made in ${this.places.runsFolder} or ${this.places.temporaryFolder}`;
    }
    try {
      this.file.append(text);
      return null;
    } catch (error) {
      return `${this.file.folder} cannot be written to (${reasonOf(error)})`;
    }
  }

  private appendOneByOne(lines: readonly string[], failure: string): void {
    for (const line of lines) {
      if (this.tryAppend(`${line}\n`) !== null) {
        this.droppedLines++;
      }
    }
    this.lastFailure = failure;
    if (this.saidDropped === 0) {
      this.sayDropped();
    }
  }

  /** Said when it begins, and the final count when the record closes. */
  private sayDropped(): void {
    if (this.droppedLines > this.saidDropped) {
      this.saidDropped = this.droppedLines;
      const lines = this.droppedLines === 1 ? '1 line' : `${this.droppedLines} lines`;
      this.events.onDropped(
        `${lines} of the run's record could not be written: ${this.lastFailure}. ` +
          'Training goes on. Make room, or choose another folder for runs.',
      );
    }
  }

  /** A deleted file can be written to without an error, so it has to be looked for. */
  private look(now: boolean): void {
    const time = performance.now();
    if (this.file === null || (!now && time - this.lastLook < LOOK_INTERVAL)) {
      return;
    }
    this.lastLook = time;
    if (!this.file.isInPlace()) {
      this.move(`${this.file.folder} was deleted or replaced while the run went on`);
    }
  }

  private move(reason: string): boolean {
    let fresh: RecordFile | null = null;
    try {
      const folder = mkdtempSync(path.join(this.places.temporaryFolder, 'mtl-debugger-'));
      fresh = RecordFile.create(makeRunFolder(folder, this.name));
      if (this.file !== null) {
        fresh.copyFrom(this.file);
        this.file.close();
      }
      this.file = fresh;
      this.moves++;
      this.events.onPlace(fresh.folder, `${reason}, so the record is now in ${fresh.folder}`);
      return true;
    } catch (error) {
      fresh?.close();
      this.events.onDropped(
        `The record cannot be moved to ${this.places.temporaryFolder} (${reasonOf(error)}), and ${reason}.`,
      );
      return false;
    }
  }
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
      return 'ENOSPC: the disk is full';
    case 'EDQUOT':
      return 'EDQUOT: the disk quota is used up';
    case 'EROFS':
      return 'EROFS: the file system is read-only';
    case 'EACCES':
    case 'EPERM':
      return `${codeOf(error)}: no permission`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
