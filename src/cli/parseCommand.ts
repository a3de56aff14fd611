import { parseArgs } from 'node:util';
import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import type { HelpTopic } from './help.ts';
import { globalOptions, reportOptions, trainOptions, type Options } from './options.ts';
import { backendOption, seedOption, watchingOptions } from './optionValues.ts';

/** What a command line asks for, as far as it can be told without looking at the disk. */
export type Command =
  { readonly name: 'help'; readonly topic: HelpTopic } | { readonly name: 'version' } | TrainCommand | ReportCommand;

export interface TrainCommand {
  readonly name: 'train';
  readonly file: string;
  readonly args: readonly string[];
  readonly every: number | null;
  readonly budget: number | null;
  readonly seed: number | null;
  readonly backend: ReturnType<typeof backendOption>;
  readonly fastKernels: boolean;
  readonly cwd: string | null;
  readonly runs: string | null;
  readonly node: string | null;
  readonly json: boolean;
}

export interface ReportCommand {
  readonly name: 'report';
  readonly run: string;
  readonly runs: string | null;
  readonly json: boolean;
}

const COMMANDS = ['train', 'report'];

/** Parses everything after the program's name. Throws a UsageError that names what is wrong and what is valid. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals, rest } = split(argv, globalOptions, 1);
  const [name] = positionals;
  if (values['version'] === true) {
    return { name: 'version' };
  }
  if (values['help'] === true) {
    return { name: 'help', topic: 'all' };
  }
  switch (name) {
    case 'train':
      return parseTrain(rest);
    case 'report':
      return parseReport(rest);
    case 'help':
      return { name: 'help', topic: rest[0] === 'train' || rest[0] === 'report' ? rest[0] : 'all' };
    case undefined:
      throw new UsageError('A command is missing: train FILE or report RUN.');
    default:
      throw new UsageError(
        `There is no command ${name}; the commands are train and report.${didYouMean(name, COMMANDS)}`,
      );
  }
}

function parseTrain(argv: readonly string[]): Command {
  const { values, positionals, rest } = split(argv, trainOptions, 1);
  if (values['help'] === true) {
    return { name: 'help', topic: 'train' };
  }
  const [file] = positionals;
  if (file === undefined) {
    throw new UsageError('FILE is missing: the training script to run, as in: mtl-debugger train train.js');
  }
  return {
    name: 'train',
    file,
    args: rest,
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

function parseReport(argv: readonly string[]): Command {
  const { values, positionals } = split(argv, reportOptions, Infinity);
  if (values['help'] === true) {
    return { name: 'help', topic: 'report' };
  }
  const [run, extra] = positionals;
  if (run === undefined) {
    throw new UsageError('RUN is missing: the folder of a run, its record.jsonl, or latest.');
  }
  if (extra !== undefined) {
    throw new UsageError(`report takes one RUN, and ${extra} is a second.`);
  }
  return { name: 'report', run, runs: text(values, 'runs'), json: values['json'] === true };
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

interface Split {
  readonly values: Values;
  readonly positionals: readonly string[];
  /** Everything after the last of the positionals that were asked for, untouched. */
  readonly rest: readonly string[];
}

/** Reads options up to the `most`-th word that is none; what follows is another's. */
function split(argv: readonly string[], options: Options, most: number): Split {
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

function text(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}
