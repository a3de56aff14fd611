import { BACKENDS, DEFAULT_BUDGET } from '../launch/trainingChoices.ts';

/** The options of each command: what `parseArgs` needs, and what `--help` says. */
export interface OptionEntry {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, OptionEntry>>;

const help: OptionEntry = { type: 'boolean', short: 'h', help: 'Show this help.' };
const json = (what: string): OptionEntry => ({ type: 'boolean', help: what });

export const globalOptions = {
  help,
  version: { type: 'boolean', short: 'v', help: 'Show the version.' },
} satisfies Options;

export const trainOptions = {
  every: {
    type: 'string',
    value: 'N',
    help: 'Instead of a budget: look at the gradients of every N-th training step, from 1 up.',
  },
  budget: {
    type: 'string',
    value: 'PERCENT',
    help: `Look at gradients as often as makes training slower by this much at most; 0: losses alone. Default ${DEFAULT_BUDGET}.`,
  },
  seed: {
    type: 'string',
    value: 'N',
    help: 'Make the run repeatable: a whole number from 0 up. Default: no seed.',
  },
  backend: {
    type: 'string',
    value: 'NAME',
    help: `${BACKENDS.join(', ')}. auto takes the fastest that trains; asWritten what plain node would. Default auto.`,
  },
  'no-fast-kernels': {
    type: 'boolean',
    help: "Train on wasm without the debugger's own fast kernels: the same training, slower.",
  },
  cwd: {
    type: 'string',
    value: 'DIR',
    help: "The script's working directory. Default: the folder of the package.json nearest to FILE.",
  },
  runs: {
    type: 'string',
    value: 'DIR',
    help: 'Where the run is recorded. Default: .mtl/runs in the working directory.',
  },
  node: { type: 'string', value: 'PATH', help: 'The node program that runs the script. Default: this one.' },
  json: json('Print the report as one JSON document; what the script prints goes to standard error.'),
  help,
} satisfies Options;

export const reportOptions = {
  runs: { type: 'string', value: 'DIR', help: 'Where `latest` and names of runs are looked for. Default: .mtl/runs.' },
  json: json('Print the report as one JSON document.'),
  help,
} satisfies Options;

export const diagnoseOptions = {
  json: json('Print the findings as one JSON document.'),
  'why-not': {
    type: 'string',
    value: '[RULE]',
    help: 'Also say what was looked at where nothing was found: for one rule, or without RULE for all.',
  },
  'fail-on': {
    type: 'string',
    value: 'SEVERITY',
    help: 'End with 0 below this: information (default), warning or error.',
  },
  ...Object.fromEntries(Object.entries(trainOptions).filter(([name]) => name !== 'json' && name !== 'help')),
  help,
} satisfies Options;
