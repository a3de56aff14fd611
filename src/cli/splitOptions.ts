import { parseArgs } from 'node:util';
import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import type { Options } from './options.ts';

export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Split {
  readonly values: Values;
  readonly positionals: readonly string[];
  /** Everything after the last of the positionals that were asked for, untouched. */
  readonly rest: readonly string[];
}

/** Reads options up to the `most`-th word that is none; what follows is another's. */
export function split(argv: readonly string[], options: Options, most: number): Split {
  const config = { options, strict: false, allowPositionals: true, tokens: true } as const;
  const words = parseArgs({ ...config, args: [...argv] }).tokens.filter(({ kind }) => kind === 'positional');
  const end = (words[most - 1]?.index ?? argv.length - 1) + 1;
  const { values, positionals, tokens } = parseArgs({ ...config, args: argv.slice(0, end) });
  const known = Object.keys(options);
  for (const token of tokens) {
    if (token.kind !== 'option') {
      continue;
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const names = known.map((each) => `--${each}`);
      throw new UsageError(
        `There is no option ${token.rawName} here; the options are ${names.join(', ')}.${didYouMean(token.rawName, names)}`,
      );
    }
    if (option.type === 'string' && (token.value === undefined || token.value === '')) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value ?? 'VALUE'}.`);
    }
    if (option.type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value, and got ${token.value}.`);
    }
  }
  return { values, positionals, rest: argv.slice(end) };
}

/** An option's value; null where it was not given. */
export function text(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}
