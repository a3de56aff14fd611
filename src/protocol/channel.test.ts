import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../test/random.ts';
import { Channel, LONGEST_LINE, type Transport } from './channel.ts';
import { isTrainerToHost } from './messageShapes.ts';
import type { TrainerToHost } from './messages.ts';

const isNothing = (value: unknown): value is never => value === isNothing;

/** Both ends of a channel whose text is cut into chunks by `cut`. */
function pair(cut: (text: string) => string[]) {
  let receive: (text: string) => void = () => undefined;
  const unused = (): void => undefined;
  const sending: Transport = {
    write: (text) => cut(text).forEach((chunk) => receive(chunk)),
    onText: unused,
    onClose: unused,
  };
  const receiving: Transport = { write: unused, onText: (listener) => (receive = listener), onClose: unused };
  const received: TrainerToHost[] = [];
  const sender = new Channel<TrainerToHost, never>(sending, isNothing, unused);
  const receiver = new Channel<never, TrainerToHost>(receiving, isTrainerToHost, (message) => received.push(message));
  return { sender, receiver, received, raw: (text: string) => cut(text).forEach((chunk) => receive(chunk)) };
}

describe('a channel', () => {
  it('carries messages whole and in order however the text is cut', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const { sender, receiver, received } = pair((text) => {
        const chunks: string[] = [];
        for (let at = 0; at < text.length;) {
          const size = random.index(9);
          chunks.push(text.slice(at, at + size));
          at += size;
        }
        return chunks;
      });
      const messages = Array.from({ length: 1 + random.index(5) }, (): TrainerToHost =>
        random.pick([
          { type: 'grown', bytes: random.index(1e6), step: random.index(100) },
          { type: 'notice', message: random.pick(['line\nbreak', '', 'ünï"{}\u2028', '\\n']) },
          { type: 'record', folder: '/a b', moved: random.pick([null, 'why']) },
        ]),
      );
      messages.forEach((message) => sender.send(message));
      expect(received, `seed ${seed}`).toEqual(messages);
      expect(receiver.skipped, `seed ${seed}`).toBe(0);
    }
  });

  it('counts and skips what is no message, and goes on', () => {
    const { receiver, received, raw } = pair((text) => [text]);
    const good = '{"type":"grown","bytes":1,"step":2}\n';
    raw('{"type":\n' + good + 'null\n[]\n{"type":"grown","bytes":"1","step":2}\n{"type":"shout"}\n\n' + good);
    expect(received).toHaveLength(2);
    expect(receiver.skipped).toBe(5);
  });

  it('skips an endless line once, without keeping it, and reads the next', () => {
    const { receiver, received, raw } = pair((text) => [text]);
    for (let i = 0; i < 5; i++) {
      raw('x'.repeat(LONGEST_LINE / 2));
    }
    raw('\n{"type":"notice","message":"here"}\n');
    expect(received).toEqual([{ type: 'notice', message: 'here' }]);
    expect(receiver.skipped).toBe(1);
  });
});
