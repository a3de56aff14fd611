import type { StepReading } from '../../core/run/windows/stepReading.ts';
import type { NumberRing } from './numberRing.ts';

/** A step's reading on its way to the I/O thread. */
export interface SentReading {
  readonly reading: StepReading;
  /** The step is of interest by itself. */
  readonly alone: boolean;
}

/** Numbers before those of the losses: see `putReading`. */
const FIXED = 9;
const PER_LOSS = 4;
const Known = { raw: 1, weight: 2, weighted: 4 } as const;

/** How many numbers a reading's packet has. */
export function packetSize({ loss, boundary }: StepReading): number {
  const { terms, norm, gram } = boundary ?? { terms: [], norm: [], gram: [] };
  return FIXED + PER_LOSS * loss.length + (boundary === null ? 0 : 1 + terms.length + norm.length + gram.length);
}

/**
 * Puts a reading as one packet. Names go as numbers.
 * @param sent How many messages were sent before it: what they say comes first
 */
export function putReading(
  ring: NumberRing,
  sent: number,
  { reading, alone }: SentReading,
  numberOf: (name: string) => number,
): void {
  const { loss, boundary } = reading;
  ring.put(sent);
  ring.put(numberOf(reading.objective));
  ring.put(reading.step);
  ring.put(reading.time);
  ring.put(reading.epoch ?? NaN);
  ring.put(reading.overhead ?? NaN);
  ring.put(reading.total);
  ring.put((alone ? 1 : 0) + (boundary === null ? 0 : 2));
  ring.put(loss.length);
  for (const { raw, weight, weighted } of loss) {
    // A loss may be NaN: what is not known needs a sign of its own.
    ring.put(
      (raw === null ? 0 : Known.raw) + (weight === null ? 0 : Known.weight) + (weighted === null ? 0 : Known.weighted),
    );
    ring.put(raw ?? 0);
    ring.put(weight ?? 0);
    ring.put(weighted ?? 0);
  }
  if (boundary !== null) {
    const { terms, norm, gram } = boundary;
    ring.put(terms.length);
    terms.forEach((term) => ring.put(numberOf(term)));
    norm.forEach((value) => ring.put(value));
    gram.forEach((value) => ring.put(value));
  }
  ring.seal();
}

/** Takes the packet that waits, the number of messages before it included. */
export function takeReading(ring: NumberRing, names: readonly string[]): SentReading {
  const next = (): number => ring.take();
  const name = (): string => names[next()] ?? '';
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const many = <T>(count: number, each: () => T): T[] => Array.from({ length: count }, each);
  next();
  const objective = name();
  const [step, time, epoch, overhead, total] = [next(), next(), known(next()), known(next()), next()];
  const flags = next();
  const loss = many(next(), () => {
    const [which, raw, weight, weighted] = [next(), next(), next(), next()];
    return {
      raw: (which & Known.raw) === 0 ? null : raw,
      weight: (which & Known.weight) === 0 ? null : weight,
      weighted: (which & Known.weighted) === 0 ? null : weighted,
    };
  });
  let boundary: StepReading['boundary'] = null;
  if ((flags & 2) !== 0) {
    const terms = many(next(), name);
    const norm = many(terms.length, next);
    boundary = { terms, norm, gram: many((terms.length * (terms.length + 1)) / 2, next) };
  }
  ring.release();
  return { reading: { objective, step, time, epoch, overhead, total, loss, boundary }, alone: (flags & 1) !== 0 };
}
