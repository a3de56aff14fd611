import type { Random } from '../../random.ts';

/** What is no message at all, at the top or anywhere inside. */
const odd = [null, true, -1, 0, NaN, Infinity, 1e308, '', '__proto__', 'NaN', [], {}, [[]], 'cut', 'lines', 'run'];
const types = ['open', 'lines', 'empty', 'ready', 'close', '', '__proto__', 'constructor'];
const keys = ['type', 'run', 'folder', 'lines', 'live', 'header', 'step'];

/** Something that may have a message's fields, and never all that a message needs. */
export function randomValue(random: Random, depth = 0): unknown {
  if (depth > 2 || random.next() < 0.3) {
    return random.pick([...odd, ...types]);
  }
  const entries = Array.from(
    { length: random.index(5) },
    () => [random.pick(keys), randomValue(random, depth + 1)] as const,
  );
  if (random.next() < 0.2) {
    return entries.map(([, value]) => value);
  }
  const value = Object.fromEntries(entries);
  // By chance the one message that needs nothing but its type, or one with an empty list of lines.
  return value.type === 'empty' || (Array.isArray(value.lines) && value.lines.length === 0) ? null : value;
}

/** The message with one value, at any depth, of a type that it can never have, or taken out. */
export function wronged(message: object, random: Random): unknown {
  const copy = structuredClone(message);
  const { holder, key } = pickPlace(copy, random, 0.3);
  const value: unknown = Reflect.get(holder, key);
  // An item less is still a list, and a group or task less is still a step.
  const needed = !Array.isArray(holder) && !mayLack(holder);
  if (needed && random.next() < 0.2) {
    Reflect.deleteProperty(holder, key);
  } else {
    Reflect.set(holder, key, random.pick(typesOtherThan(value)));
  }
  return copy;
}

/** The message with one value, at any depth, replaced by another, or taken out: many of these are still valid. */
export function mutated(message: object, random: Random): unknown {
  const copy = structuredClone(message);
  const { holder, key } = pickPlace(copy, random, 0.1);
  const value: unknown = Reflect.get(holder, key);
  if (random.next() < 0.1) {
    Reflect.deleteProperty(holder, key);
  } else if (typeof value === 'number') {
    Reflect.set(holder, key, random.pick([NaN, Infinity, -Infinity, -1, 0, 1e-320, 1e308, 7, 'NaN', '-Infinity']));
  } else if (typeof value === 'boolean') {
    Reflect.set(holder, key, !value);
  } else if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    Reflect.set(holder, key, random.pick<unknown>([[], [...list, ...list], list.slice(1), [...list].reverse()]));
  } else {
    Reflect.set(holder, key, random.pick(odd));
  }
  return copy;
}

/** A random place in a value, by a walk from its top that stops with probability `stop` wherever it stands. */
function pickPlace(top: object, random: Random, stop: number): { readonly holder: object; readonly key: string } {
  let holder = top;
  for (;;) {
    const key = random.pick(Object.keys(holder));
    const value: unknown = Reflect.get(holder, key);
    const inner = typeof value === 'object' && value !== null && Object.keys(value).length > 0 ? value : null;
    if (inner === null || random.next() < stop) {
      return { holder, key };
    }
    holder = inner;
  }
}

/** The parts of a record that are keyed by names: any of them may be absent. */
function mayLack(holder: object): boolean {
  const values: unknown[] = Object.values(holder);
  return values.every((value) => typeof value === 'object' && value !== null) || isFigures(values);
}

function isFigures(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number');
}

/** Values of types that a field with this value never has. Where null stands, a list, a text or an object may stand, too. */
function typesOtherThan(value: unknown): readonly unknown[] {
  if (value === null) {
    return [true];
  }
  switch (typeof value) {
    case 'string':
      return [true, 7, [], {}];
    case 'number':
      return [true, 'seven', [], {}];
    case 'boolean':
      return [null, 'true', 1, [], {}];
    default:
      return Array.isArray(value) ? [true, 7, 'text', {}] : [true, 7, 'text', []];
  }
}
