import type { BackendChoice } from '../core/run/record.ts';
import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import { BACKENDS, DEFAULT_BUDGET } from '../launch/trainingChoices.ts';
import { text, type Values } from './splitOptions.ts';

/** A training, as a command line asks for it. */
export interface AskedTraining {
  readonly file: string;
  readonly args: readonly string[];
  readonly every: number | null;
  readonly budget: number | null;
  readonly seed: number | null;
  readonly backend: BackendChoice;
  readonly fastKernels: boolean;
  readonly cwd: string | null;
  readonly runs: string | null;
  readonly node: string | null;
  readonly json: boolean;
}

/** @param args what stands behind the file: the script's */
export function trainingOf(file: string, args: readonly string[], values: Values): AskedTraining {
  return {
    file,
    args,
    ...watchingOptions(text(values, 'every'), text(values, 'budget')),
    seed: seedOption(text(values, 'seed')),
    backend: backendOption(text(values, 'backend')),
    fastKernels: values['no-fast-kernels'] !== true,
    cwd: text(values, 'cwd'),
    runs: text(values, 'runs'),
    node: text(values, 'node'),
    json: values['json'] === true,
  };
}

/** How often is observed: an interval, or a budget as a fraction. @throws {UsageError} where both are given, or one is none */
function watchingOptions(every: string | null, budget: string | null): { every: number | null; budget: number | null } {
  if (every !== null) {
    if (budget !== null) {
      throw new UsageError('--every and --budget exclude each other: an interval, or what observation may cost.');
    }
    return { every: wholeNumber('--every', every, 1), budget: null };
  }
  if (budget === null) {
    return { every: null, budget: DEFAULT_BUDGET / 100 };
  }
  const percent = budget.trim() === '' ? NaN : Number(budget.replace(/%$/, ''));
  if (!(percent >= 0 && percent <= MOST_PERCENT)) {
    throw new UsageError(`--budget takes a percentage from 0 to ${MOST_PERCENT}, and got ${budget}.`);
  }
  return percent === 0 ? { every: 0, budget: null } : { every: null, budget: percent / 100 };
}

/** Beyond this, nothing is left to be spared: every step is observed. */
const MOST_PERCENT = 1000;

function seedOption(value: string | null): number | null {
  return value === null ? null : wholeNumber('--seed', value, 0);
}

function backendOption(value: string | null): BackendChoice {
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
