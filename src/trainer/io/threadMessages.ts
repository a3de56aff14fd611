import type { HeaderLine, RecordLine } from '../../core/run/record.ts';
import type { SentReading } from './readingPacket.ts';

/** What the I/O thread is started with. */
export interface RecorderStart {
  readonly shared: SharedArrayBuffer;
  /** The readings of every step. */
  readonly ring: SharedArrayBuffer;
  /** The file descriptor of the pipe to the host. */
  readonly hostPipe: number;
  readonly runsFolder: string;
  /** `.mtl` of the workspace, which gets a .gitignore; null where the runs lie elsewhere. */
  readonly ignoredFolder: string | null;
  readonly temporaryFolder: string;
  /** When the run started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds between a cancel and the end of the process by force. */
  readonly cancelGrace: number;
  /** Milliseconds that training carries on without a host; 0: it ends at once. */
  readonly hostGrace: number;
  /** The file that gets the script's output; null: none. */
  readonly output: string | null;
}

/** From the training thread to the I/O thread. `put`: readings that were in the ring when it was sent; they come first. */
export type ToRecorder =
  /** The header, without the run's name: the folder that can be made decides it. */
  | { readonly type: 'begin'; readonly header: Omit<HeaderLine, 'run'> }
  | { readonly type: 'line'; readonly kind: RecordLine['type']; readonly text: string; readonly put: number }
  /** A name that readings have the number of, from 0. */
  | { readonly type: 'name'; readonly name: string }
  /** A reading for which there was no room in the ring. */
  | { readonly type: 'reading'; readonly reading: SentReading; readonly put: number }
  /** The windows that are open are to be written. */
  | { readonly type: 'closeWindows'; readonly put: number }
  /** The ring is full. */
  | { readonly type: 'look' }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'inspector'; readonly url: string }
  | { readonly type: 'close' };

/** From the I/O thread to the training thread, for a script whose event loop turns. */
export type FromRecorder = { readonly type: 'ready' } | { readonly type: 'stop' };
