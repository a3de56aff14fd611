/**
 * A setting that cannot be meant. The message names the key, what is wrong with it, and what would be valid.
 */
export class MtlConfigurationError extends Error {
  override readonly name = 'MtlConfigurationError';
}

/** `'a', 'b' or 'c'`, for messages. */
export function listed(names: Iterable<string>): string {
  const quoted = [...names].map((name) => `'${name}'`);
  const last = quoted.pop();
  return quoted.length === 0 ? (last ?? 'none') : `${quoted.join(', ')} or ${last ?? ''}`;
}

/** Throws unless every key of `given` is one of `valid`. `place` is where the key stands, as the user wrote it. */
export function checkKeys(place: string, given: object, valid: readonly string[], what = 'task'): void {
  for (const key of Object.keys(given)) {
    if (!valid.includes(key)) {
      throw new MtlConfigurationError(`${place}: unknown ${what} '${key}'. Valid: ${listed(valid)}.`);
    }
  }
}

/** Throws unless every one of `needed` is a key of `given`. */
export function checkComplete(place: string, given: object, needed: readonly string[], what = 'task'): void {
  for (const key of needed) {
    if ((given as Readonly<Record<string, unknown>>)[key] === undefined) {
      throw new MtlConfigurationError(
        `${place}: the ${what} '${key}' is missing. Needed: ${needed.map((n) => `'${n}'`).join(', ')}.`,
      );
    }
  }
}

/** A finite number of some range; `valid` says which. */
export function checkNumber(place: string, value: number, holds: (value: number) => boolean, valid: string): void {
  if (!Number.isFinite(value) || !holds(value)) {
    throw new MtlConfigurationError(`${place} is ${value}. It must be ${valid}.`);
  }
}

/** A loss weight: finite and not negative. */
export function checkWeight(place: string, weight: number): void {
  if (!Number.isFinite(weight) || weight < 0) {
    throw new MtlConfigurationError(`${place} is ${weight}. A loss weight is a finite number, 0 or larger.`);
  }
}

/** A learning rate: finite and above 0. */
export function checkRate(place: string, rate: number): void {
  if (!Number.isFinite(rate) || rate <= 0) {
    throw new MtlConfigurationError(
      `${place} is ${rate}. A learning rate is a finite number above 0; ` +
        'to keep variables from moving, set trainable = false on their layer.',
    );
  }
}

/** A count such as epochs or batchSize: a whole number of at least `least`. */
export function checkCount(place: string, count: number, least = 1): void {
  if (!Number.isInteger(count) || count < least) {
    throw new MtlConfigurationError(`${place} is ${count}. It must be a whole number, ${least} or larger.`);
  }
}
