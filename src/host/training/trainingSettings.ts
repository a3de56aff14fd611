import path from 'node:path';
import type { BackendChoice } from '../../core/run/record.ts';
import { BACKENDS, DEFAULT_BUDGET } from '../../launch/trainingChoices.ts';
import { t } from '../text.ts';

/** The settings of one workspace folder. */
export interface TrainingSettings {
  readonly nodePath: string;
  readonly args: readonly string[];
  /** null takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Absolute; null: the folder of the nearest package.json. */
  readonly cwd: string | null;
  readonly backend: BackendChoice;
  readonly seed: number | null;
  readonly every: number | null;
  /** The fraction by which observation may make training slower; null: `every` decides. */
  readonly budget: number | null;
  readonly fastKernels: boolean;
}

/** A value in settings.json that cannot be meant; the message names the setting. */
export class SettingError extends Error {}

/**
 * Checks the settings one by one: a settings.json may hold anything.
 * @param get the value of `mtlDebugger.<key>`, undefined where it is not set
 * @param folder the workspace folder, absolute; null without one. `cwd` is relative to it, and may name it as
 * `${workspaceFolder}`
 * @throws {SettingError}
 */
export function readSettings(get: (key: string) => unknown, folder: string | null): TrainingSettings {
  return {
    nodePath: withFolder(text(get, 'nodePath').trim(), folder),
    args: list(get('args') ?? []),
    env: environment(get('env') ?? {}),
    cwd: workingFolder(text(get, 'cwd').trim(), folder),
    backend: backend(get('backend') ?? 'auto'),
    seed: get('seed') == null ? null : whole(get, 'seed', 0),
    ...watching(get),
    fastKernels: fastKernels(get('fastKernels') ?? true),
  };
}

function text(get: (key: string) => unknown, key: string): string {
  const value = get(key) ?? '';
  if (typeof value !== 'string') {
    throw new SettingError(t('The setting mtlDebugger.{0} must be a text.', key));
  }
  return value;
}

function list(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new SettingError(t('The setting mtlDebugger.args must be a list of texts, such as ["--epochs", "5"].'));
  }
  return value;
}

function environment(value: unknown): Record<string, string | null> {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  const checked = entries?.map(([name, each]: [string, unknown]): [string, string | null] | null =>
    typeof each === 'string' || each === null ? [name, each] : typeof each === 'number' ? [name, String(each)] : null,
  );
  if (checked === undefined || checked.includes(null)) {
    throw new SettingError(t('The setting mtlDebugger.env must map names to texts, or to null to take one away.'));
  }
  return Object.fromEntries(checked.filter((each) => each !== null));
}

function backend(value: unknown): BackendChoice {
  const found = BACKENDS.find((each) => each === value);
  if (found === undefined) {
    throw new SettingError(t('The setting mtlDebugger.backend must be one of {0}.', BACKENDS.join(', ')));
  }
  return found;
}

/** An interval goes before the budget, which is always there. */
function watching(get: (key: string) => unknown): Pick<TrainingSettings, 'every' | 'budget'> {
  if (get('every') != null) {
    return { every: whole(get, 'every', 1), budget: null };
  }
  const percent = get('overheadBudget') ?? DEFAULT_BUDGET;
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 1000)) {
    throw new SettingError(t('The setting mtlDebugger.overheadBudget must be a percentage from 0 to 1000.'));
  }
  return percent === 0 ? { every: 0, budget: null } : { every: null, budget: percent / 100 };
}

function fastKernels(value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw new SettingError(t('The setting mtlDebugger.fastKernels must be true or false.'));
  }
  return value;
}

function whole(get: (key: string) => unknown, key: string, least: number): number {
  const value = get(key);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw new SettingError(t('The setting mtlDebugger.{0} must be a whole number from {1} up.', key, least));
  }
  return value;
}

function workingFolder(value: string, folder: string | null): string | null {
  if (value === '') {
    return null;
  }
  const named = withFolder(value, folder);
  if (folder === null && !path.isAbsolute(named)) {
    throw new SettingError(t('The setting mtlDebugger.cwd is relative, and no folder is open. Give it in full.'));
  }
  return path.resolve(folder ?? '', named);
}

function withFolder(value: string, folder: string | null): string {
  return folder === null ? value : value.replaceAll('${workspaceFolder}', folder);
}
