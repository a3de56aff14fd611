import { Channel, type Transport } from '../../protocol/channel.ts';
import { isHostToTrainer } from '../../protocol/messageShapes.ts';
import type { HostToTrainer, TrainerToHost } from '../../protocol/messages.ts';

export interface HostEvents {
  onCancel(): void;
  /** The last host has gone. */
  onNone(): void;
  /** A host has attached. Returns what it must know. */
  onJoin(): readonly TrainerToHost[];
}

/** Every host that a training has now: the one that started it, and those that attached later. */
export class Hosts {
  private readonly channels = new Set<Channel<TrainerToHost, HostToTrainer>>();

  constructor(private readonly events: HostEvents) {}

  /** The host that started the training. */
  add(transport: Transport): void {
    const channel = new Channel<TrainerToHost, HostToTrainer>(transport, isHostToTrainer, (message) =>
      this.take(message),
    );
    this.admit(channel, transport);
  }

  /** Somebody who connected. It is a host once it has shown the token; `close` hangs up on anybody else. */
  knock(transport: Transport, token: string, close: () => void): void {
    let admitted = false;
    const channel = new Channel<TrainerToHost, HostToTrainer>(transport, isHostToTrainer, (message) => {
      if (admitted) {
        this.take(message);
      } else if (message.type === 'attach' && message.token === token) {
        admitted = true;
        this.admit(channel, transport);
        this.events.onJoin().forEach((news) => channel.send(news));
      } else {
        close();
      }
    });
  }

  send(message: TrainerToHost): void {
    this.channels.forEach((channel) => channel.send(message));
  }

  private admit(channel: Channel<TrainerToHost, HostToTrainer>, transport: Transport): void {
    this.channels.add(channel);
    transport.onClose(() => {
      this.channels.delete(channel);
      if (this.channels.size === 0) {
        this.events.onNone();
      }
    });
  }

  private take({ type }: HostToTrainer): void {
    if (type === 'cancel') {
      this.events.onCancel();
    }
  }
}
