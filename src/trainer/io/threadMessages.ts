import type { HeaderLine, RecordLine } from '../../core/run/record.ts';

/** What the I/O thread is started with. */
export interface RecorderStart {
  readonly shared: SharedArrayBuffer;
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

/** From the training thread to the I/O thread. */
export type ToRecorder =
  /** The header, without the run's name: the folder that can be made decides it. */
  | { readonly type: 'begin'; readonly header: Omit<HeaderLine, 'run'> }
  | { readonly type: 'line'; readonly kind: RecordLine['type']; readonly text: string }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'inspector'; readonly url: string }
  | { readonly type: 'close' };

/** From the I/O thread to the training thread, for a script whose event loop turns. */
export type FromRecorder = { readonly type: 'ready' } | { readonly type: 'stop' };
