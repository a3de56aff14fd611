/**
 * Shapes: small checks that say whether a parsed JSON value has the form a type promises, and where it has not. They
 * are typed by what they check, so a field that is added to the type and forgotten here does not compile.
 */

/** Null where the value has the shape; else what is wrong, beginning with the field: `groups.shared.norm: not a list`. */
export type Shape<T> = ((value: unknown) => string | null) & { readonly checks?: (value: T) => T };

const plainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const under = (key: string, fault: string): string => (fault.startsWith(':') ? `${key}${fault}` : `${key}.${fault}`);

const simple =
  (holds: (value: unknown) => boolean, expected: string) =>
  (value: unknown): string | null =>
    holds(value) ? null : `: not ${expected}`;

export const text: Shape<string> = simple((value) => typeof value === 'string', 'a text');
export const number: Shape<number> = simple((value) => typeof value === 'number', 'a number');
export const flag: Shape<boolean> = simple((value) => typeof value === 'boolean', 'true or false');

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  const known = new Set<unknown>(words);
  return simple((value) => known.has(value), `one of ${words.join(', ')}`);
}

export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return (value) => (first(value) === null ? null : second(value));
}

export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value));
}

/** For a field that older versions of the format do not have. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined ? null : shape(value));
}

/** A list of fixed length, each place with its own shape. */
export function tuple<T extends readonly unknown[]>(...places: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  return (value) => {
    if (!Array.isArray(value) || value.length !== places.length) {
      return `: not a list of ${places.length}`;
    }
    for (const [i, place] of places.entries()) {
      const fault = place(value[i]);
      if (fault !== null) {
        return under(String(i), fault);
      }
    }
    return null;
  };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) {
      return ': not a list';
    }
    for (let i = 0; i < value.length; i++) {
      const fault = item(value[i]);
      if (fault !== null) {
        return under(String(i), fault);
      }
    }
    return null;
  };
}

export function byKey<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value) => {
    if (!plainObject(value)) {
      return ': not an object';
    }
    for (const key in value) {
      const fault = item(value[key]);
      if (fault !== null) {
        return under(key, fault);
      }
    }
    return null;
  };
}

/** Every field of T, each of its own shape. Fields that T does not know are let through: a newer writer may add them. */
export function fields<T>(shapes: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<T> {
  const entries = Object.entries(shapes) as readonly [string, Shape<unknown>][];
  return (value) => {
    if (!plainObject(value)) {
      return ': not an object';
    }
    for (const [key, shape] of entries) {
      const fault = shape(value[key]);
      if (fault !== null) {
        return under(key, value[key] === undefined ? ': missing' : fault);
      }
    }
    return null;
  };
}
