import type { Duplex } from 'node:stream';
import type { Transport } from './channel.ts';

/** Text waiting for a reader that does not read, in bytes, past which nothing more is queued. */
const FULL = 4_000_000;

/** A pipe or socket as the transport of a channel. An error of the stream closes it; writing to a closed one is void. */
export function streamTransport(stream: Duplex): Transport {
  stream.setEncoding('utf8');
  let closed = false;
  const listeners: (() => void)[] = [];
  const close = (): void => {
    if (!closed) {
      closed = true;
      listeners.forEach((listener) => listener());
    }
  };
  stream.on('error', close);
  stream.on('end', close);
  stream.on('close', close);
  return {
    write: (text) => {
      if (!closed && stream.writable && stream.writableLength < FULL) {
        stream.write(text);
      }
    },
    onText: (listener) => void stream.on('data', listener),
    onClose: (listener) => void listeners.push(listener),
  };
}
