import { expect, it } from 'vitest';
import { readingsAsLines } from '../../core/run/windows/readings.ts';
import type { StepReading } from '../../core/run/windows/stepReading.ts';
import { seededRandom, type Random } from '../../../test/random.ts';
import { NumberRing } from './numberRing.ts';
import { packetSize } from './readingPacket.ts';
import { SentReadings } from './sentReadings.ts';
import type { ToRecorder } from './threadMessages.ts';
import { WindowedReadings } from './windowedReadings.ts';

/** Both ends with a port between them that delivers when it is told to. `out` is what the I/O thread would write. */
function connected(): {
  readonly readings: SentReadings;
  readonly out: unknown[];
  readonly post: (text: string) => void;
  readonly deliver: (messages: number) => void;
  readonly look: () => void;
} {
  const ring = new NumberRing();
  const queue: ToRecorder[] = [];
  let sent = 0;
  const post = (message: ToRecorder): void => {
    sent++;
    // As a message port copies it.
    queue.push(structuredClone(message));
  };
  const readings = new SentReadings(ring, {
    post,
    get sent() {
      return sent;
    },
    isOver: false,
  });
  const out: unknown[] = [];
  const windowed = new WindowedReadings(new NumberRing(ring.buffer), (line) => out.push(line));
  return {
    readings,
    out,
    post: (text) => post({ type: 'line', kind: 'event', text, put: readings.put }),
    deliver: (messages) => {
      for (const message of queue.splice(0, messages)) {
        windowed.take(message);
        if (message.type === 'line') {
          out.push(message.text);
        }
      }
    },
    look: () => windowed.takeReady(),
  };
}

const anyValue = (random: Random): number =>
  random.index(8) === 0 ? random.pick([NaN, Infinity, -Infinity, -0]) : (random.next() - 0.5) * 10 ** random.index(9);
const perhaps = (random: Random): number | null => (random.index(4) === 0 ? null : anyValue(random));

function anyReading(random: Random, step: number): StepReading {
  const tasks = random.index(4);
  const terms = Array.from({ length: tasks }, (_, task) => `task ${task}`);
  const many = (count: number): number[] => Array.from({ length: count }, () => anyValue(random));
  return {
    objective: random.pick(['model', 'critic']),
    step,
    time: step * 1.25,
    epoch: random.pick([null, 3]),
    overhead: random.pick([null, 0.03]),
    total: anyValue(random),
    loss: terms.map(() => ({ raw: perhaps(random), weight: perhaps(random), weighted: perhaps(random) })),
    boundary: random.index(3) === 0 ? { terms, norm: many(tasks), gram: many((tasks * (tasks + 1)) / 2) } : null,
  };
}

it('writes what would be written by the training thread itself, in the same order, whenever it is looked', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    const { readings, out, post, deliver, look } = connected();
    const expected: unknown[] = [];
    const here = readingsAsLines((line) => expected.push(line));
    const first = random.pick([1, 1_990, 40_000]);
    // More numbers than there is room for at once: the ring goes round.
    for (let step = first; step < first + 6_000; step++) {
      const reading = anyReading(random, step);
      const alone = random.index(10) === 0;
      readings.add(reading, alone);
      here.add(reading, alone);
      if (random.index(5) === 0) {
        post(`beside ${step}`);
        expected.push(`beside ${step}`);
      }
      if (random.index(4) === 0) {
        deliver(random.index(3));
      }
      if (random.index(4) === 0) {
        look();
      }
    }
    readings.close();
    here.close();
    deliver(Infinity);
    expect(out, `seed ${seed}`).toEqual(expected);
  }
});

it('waits for a thread that is behind, then sends what has no room, and loses nothing', () => {
  const { readings, out, deliver } = connected();
  const expected: unknown[] = [];
  const here = readingsAsLines((line) => expected.push(line));
  const reading = (step: number): StepReading => ({ ...anyReading(seededRandom(step), step), boundary: null });
  let used = 0;
  let step = 1;
  for (; used <= 1 << 16; step++) {
    readings.add(reading(step), false);
    here.add(reading(step), false);
    used += packetSize(reading(step));
  }
  expect(readings.put).toBe(step - 2);
  deliver(Infinity);
  readings.add(reading(step), false);
  here.add(reading(step), false);
  expect(readings.put).toBe(step - 1);
  // Too much for any ring.
  const terms = Array.from({ length: 400 }, (_, task) => String(task));
  const large = {
    ...reading(step + 1),
    boundary: { terms, norm: terms.map(Number), gram: Array<number>(80_200).fill(2) },
  };
  readings.add(large, false);
  here.add(large, false);
  readings.close();
  here.close();
  deliver(Infinity);
  expect(out).toEqual(expected);
});
