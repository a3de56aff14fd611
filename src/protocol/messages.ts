/** What the host says to the trainer over the pipe. */
export type HostToTrainer = { readonly type: 'cancel' };

/**
 * What the trainer says to the host: control and wake-ups only. Everything measured stands in the record;
 * a lost message loses nothing.
 */
export type TrainerToHost =
  /** The record exists: its folder, absolute. Sent again when the record had to move (full disk, read-only folder). */
  | { readonly type: 'record'; readonly folder: string; readonly moved: string | null }
  /** The record has grown to this many bytes; steps done so far, observed or not. */
  | { readonly type: 'grown'; readonly bytes: number; readonly step: number }
  /** A sentence the user should read now. */
  | { readonly type: 'notice'; readonly message: string };
