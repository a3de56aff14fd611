import { SEVERITIES, type Severity } from '../core/diagnosis/finding.ts';
import { RULE_IDS, type RuleId } from '../core/diagnosis/ruleIds.ts';
import { isScript } from '../launch/trainingChoices.ts';
import { didYouMean } from './closest.ts';
import { UsageError } from './commandError.ts';
import { diagnoseOptions, trainOptions } from './options.ts';
import { trainingOf, type AskedTraining } from './optionValues.ts';
import { split, text, type Values } from './splitOptions.ts';

export interface DiagnoseCommand {
  readonly name: 'diagnose';
  /** A script that is trained first, or a run that was recorded. */
  readonly of: AskedTraining | { readonly run: string; readonly runs: string | null };
  /** Silent rules that are to be explained. */
  readonly whyNot: 'none' | 'all' | RuleId;
  readonly failOn: Severity;
  readonly json: boolean;
}

/** Options that say how to train. */
const FOR_FILES = Object.keys(trainOptions).filter((name) => !['runs', 'json', 'help'].includes(name));

/** What `diagnose` asks for. @throws {UsageError} */
export function parseDiagnose(
  argv: readonly string[],
): DiagnoseCommand | { readonly name: 'help'; readonly topic: 'diagnose' } {
  const { values, positionals, rest } = split(withWhyNotValue(argv), diagnoseOptions, 1);
  if (values['help'] === true) {
    return { name: 'help', topic: 'diagnose' };
  }
  const [target] = positionals;
  if (target === undefined) {
    throw new UsageError(
      'RUN or FILE is missing: the folder of a run, its record.jsonl, latest, or a training script to train first.',
    );
  }
  return {
    name: 'diagnose',
    of: isScript(target) ? trainingOf(target, rest, values) : runOf(target, rest, values),
    whyNot: whyNotOption(text(values, 'why-not')),
    failOn: failOnOption(text(values, 'fail-on')),
    json: values['json'] === true,
  };
}

function runOf(run: string, rest: readonly string[], values: Values): { run: string; runs: string | null } {
  const [extra] = rest;
  if (extra !== undefined) {
    throw new UsageError(`diagnose takes one RUN, and ${extra} is a second. Options stand before RUN.`);
  }
  const forFiles = FOR_FILES.find((name) => values[name] !== undefined);
  if (forFiles !== undefined) {
    throw new UsageError(`--${forFiles} is for a FILE that is trained first, and ${run} is a run.`);
  }
  return { run, runs: text(values, 'runs') };
}

/** `--why-not` takes a rule, and means all where none follows. */
function withWhyNotValue(argv: readonly string[]): string[] {
  return argv.flatMap((word, i) => {
    const isRule = (RULE_IDS as readonly string[]).includes(argv[i + 1] ?? '');
    return word === '--why-not' && !isRule ? ['--why-not=all'] : [word];
  });
}

function whyNotOption(value: string | null): DiagnoseCommand['whyNot'] {
  if (value === null) {
    return 'none';
  }
  const rule = value === 'all' ? value : RULE_IDS.find((each) => each === value);
  if (rule === undefined) {
    throw new UsageError(
      `--why-not: there is no rule ${value}; docs/findings lists them.${didYouMean(value, RULE_IDS)}`,
    );
  }
  return rule;
}

function failOnOption(value: string | null): Severity {
  const severity = SEVERITIES.find((each) => each === (value ?? 'information'));
  if (severity === undefined) {
    throw new UsageError(
      `--fail-on takes ${SEVERITIES.join(', ')}, and got ${value ?? ''}.${didYouMean(value ?? '', SEVERITIES)}`,
    );
  }
  return severity;
}
