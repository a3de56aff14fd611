/** What a host says to the trainer, over the pipe that it was started with or over a connection made later. */
export type HostToTrainer =
  | { readonly type: 'cancel' }
  /** The first message over a later connection; nothing else is taken before it. */
  | { readonly type: 'attach'; readonly token: string };

/**
 * What the trainer says to its hosts: control and wake-ups only. Everything measured stands in the record;
 * a lost message loses nothing.
 */
export type TrainerToHost =
  /**
   * The record exists: its folder, absolute. Sent again when the record had to move (full disk, read-only folder), and to
   * every host that attaches.
   */
  | { readonly type: 'record'; readonly folder: string; readonly moved: string | null }
  /** The record has grown to this many bytes; steps done so far, observed or not. */
  | { readonly type: 'grown'; readonly bytes: number; readonly step: number }
  /** A sentence the user should read now. */
  | { readonly type: 'notice'; readonly message: string }
  /** The script waits for a JavaScript debugger at this address (`ws://127.0.0.1:…`). */
  | { readonly type: 'inspector'; readonly url: string };
