import type { BackendChoice } from '../core/run/record.ts';
import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import { BACKENDS, DEFAULT_EVERY } from '../launch/trainingChoices.ts';

export function everyOption(value: string | null): number {
  return value === null ? DEFAULT_EVERY : wholeNumber('--every', value, 1);
}

export function seedOption(value: string | null): number | null {
  return value === null ? null : wholeNumber('--seed', value, 0);
}

export function backendOption(value: string | null): BackendChoice {
  const wanted = value ?? 'auto';
  const found = BACKENDS.find((each) => each === wanted);
  if (found === undefined) {
    throw new UsageError(
      `--backend ${wanted} is not known; valid are ${BACKENDS.join(', ')}.${didYouMean(wanted, BACKENDS)}`,
    );
  }
  return found;
}

function wholeNumber(option: string, value: string, least: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number) || number < least) {
    throw new UsageError(`${option} takes a whole number from ${least} up, and got ${value}.`);
  }
  return number;
}
