import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { Channel, type Transport } from '../protocol/channel.ts';
import { isTrainerToHost } from '../protocol/messageShapes.ts';
import type { HostToTrainer, TrainerToHost } from '../protocol/messages.ts';
import type { OutputTail } from './tailOutput.ts';

export interface TrainingEnd {
  /** Null where a signal ended the process, or where this host did not start it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A training script running in a process of its own: started by this host, or attached to. */
export interface Training {
  readonly pid: number | undefined;
  /** The run's folder, absolute, once the record exists. Rejects when the process ended before. */
  readonly folder: Promise<string>;
  /** Settles when the process has ended and its last message was read. Rejects when it could not be started. */
  readonly done: Promise<TrainingEnd>;
  /** With `pipe`; else null. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** With `file`; else null. Whoever reads it closes it. */
  readonly output: OutputTail | null;
  /** Add listeners before anything is awaited: messages are not kept. */
  onMessage(listener: (message: TrainerToHost) => void): void;
  /**
   * Ends the run at its next training step; the record keeps all that was measured. A script that comes to no step
   * within the grace time is ended by force, with all that it has started.
   */
  cancel(): void;
  /** Closes the connection, for a host that goes away. Without any host the run ends, at once or after its grace time. */
  disconnect(): void;
}

/** What the trainer's own ending by force may take beyond the grace time, in milliseconds. */
export const FORCE_MARGIN = 5_000;

export const CANCEL_GRACE = 5_000;

/** The host's end of a connection to a trainer. */
export class TrainerConnection {
  /** Settles when nothing more can come. */
  readonly closed: Promise<void>;
  readonly #channel: Channel<HostToTrainer, TrainerToHost>;
  readonly #messages = new EventEmitter<{ message: [TrainerToHost] }>();

  constructor(transport: Transport) {
    this.#channel = new Channel<HostToTrainer, TrainerToHost>(
      transport,
      isTrainerToHost,
      (message) => void this.#messages.emit('message', message),
    );
    this.closed = new Promise((resolve) => transport.onClose(resolve));
  }

  send(message: HostToTrainer): void {
    this.#channel.send(message);
  }

  onMessage(listener: (message: TrainerToHost) => void): void {
    this.#messages.on('message', listener);
  }

  /** The first folder that the trainer names. Rejects with `otherwise` once `over` settles, and as `over` does. */
  folder(over: Promise<unknown>, otherwise: string): Promise<string> {
    const folder = new Promise<string>((resolve, reject) => {
      this.onMessage((message) => {
        if (message.type === 'record') {
          resolve(message.folder);
        }
      });
      over.then(() => reject(new Error(otherwise)), reject);
    });
    // A caller that does not ask for the folder has not overlooked anything: the training's end tells the same.
    folder.catch(() => undefined);
    return folder;
  }
}
