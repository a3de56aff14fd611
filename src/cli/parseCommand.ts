import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import type { HelpTopic } from './help.ts';
import { globalOptions, reportOptions, trainOptions } from './options.ts';
import { trainingOf, type AskedTraining } from './optionValues.ts';
import { parseDiagnose, type DiagnoseCommand } from './parseDiagnose.ts';
import { split, text } from './splitOptions.ts';

/** What a command line asks for, as far as it can be told without looking at the disk. */
export type Command =
  | { readonly name: 'help'; readonly topic: HelpTopic }
  | { readonly name: 'version' }
  | TrainCommand
  | ReportCommand
  | DiagnoseCommand;

export interface TrainCommand extends AskedTraining {
  readonly name: 'train';
}

export interface ReportCommand {
  readonly name: 'report';
  readonly run: string;
  readonly runs: string | null;
  readonly json: boolean;
}

const COMMANDS = ['train', 'report', 'diagnose'] as const;

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
    case 'diagnose':
      return parseDiagnose(rest);
    case 'help':
      return { name: 'help', topic: COMMANDS.find((each) => each === rest[0]) ?? 'all' };
    case undefined:
      throw new UsageError('A command is missing: train FILE, report RUN or diagnose RUN|FILE.');
    default:
      throw new UsageError(
        `There is no command ${name}; the commands are train, report and diagnose.${didYouMean(name, COMMANDS)}`,
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
  return { name: 'train', ...trainingOf(file, rest, values) };
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
