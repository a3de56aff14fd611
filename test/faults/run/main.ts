import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FoundFinding, Outcome } from './outcome.ts';
import { raisesAlarm, score } from './score.ts';
import { runAll } from './runAll.ts';
import { allTasks, allVariants, quickTasks, SEEDS } from './selection.ts';
import { report } from './report.ts';

/** `npm run faults`; scripts/faults.mjs bundles this file into the folder of kept results, and starts it. */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    judge: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    seeds: { type: 'string', default: String(SEEDS) },
    first: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const own = fileURLToPath(import.meta.url);
const root = path.resolve(path.dirname(own), '..');
const variants = allVariants().filter(
  ({ id }) => positionals.length === 0 || positionals.some((part) => id.includes(part)),
);
const byId = new Map(variants.map((variant) => [variant.id, variant]));
const tasks = options.quick ? quickTasks(variants) : allTasks(variants, Number(options.seeds), Number(options.first));
if (options.list) {
  variants.forEach(({ id, script }) => console.log(options.show ? `${id}\n${script}` : id));
  process.exit(0);
}

console.log(`${variants.length} scripts, ${tasks.length} runs.`);
const startedAt = performance.now();
let trainings = 0;
const outcomes = await runAll(tasks, {
  root,
  judgedBy: createHash('sha256').update(readFileSync(own)).digest('hex').slice(0, 12),
  judgeOnly: options.judge,
  workers: Number(options.workers),
  onDone: (outcome, done, trained) => {
    trainings += trained ? 1 : 0;
    const { expected } = byId.get(outcome.variant) ?? { expected: null };
    const [first] = outcome.findings;
    const said = first === undefined ? 'nothing' : `${first.rule} (${first.severity})`;
    const verdict =
      expected === null ? (raisesAlarm(outcome.findings) ? 'FALSE ALARM' : 'silent') : verdictOf(outcome, expected);
    if (options.show || options.quick || verdict === 'FALSE ALARM' || verdict.startsWith('MISS')) {
      console.log(`  ${outcome.variant} ${outcome.seed}: ${verdict}; first ${said}`);
    }
    if (options.show) {
      outcome.findings.forEach((each) =>
        console.log(
          `    ${each.isRoot ? '' : '  '}${each.severity} ${each.rule} [${each.tasks.join()}] ${covered(outcome, each)} since ${each.since}: ${each.message}`,
        ),
      );
      console.log(`    ${outcome.reason}, ${JSON.stringify(outcome.fell)}, ${JSON.stringify(outcome.baselines)}`);
    }
    if (trained && trainings % 20 === 0) {
      const minutes = (performance.now() - startedAt) / 60_000;
      const left = (minutes / trainings) * (tasks.length - done);
      console.log(`${done} of ${tasks.length} runs, ${minutes.toFixed(1)} minutes, about ${left.toFixed(0)} left.`);
    }
  },
});

/** The lines that a finding covers, as they stand in the script. */
function covered({ variant }: Outcome, { range, position }: FoundFinding): string {
  const lines = byId.get(variant)?.script.split('\n') ?? [];
  return range === null
    ? `line ${position?.line ?? '?'}`
    : `line ${range.line} '${(lines[range.line - 1] ?? '').slice(range.column - 1, range.line === range.endLine ? range.endColumn - 1 : undefined)}'`;
}

function verdictOf(...[outcome, expected]: Parameters<typeof score>): string {
  const { detected, firstRight, localised, exactly } = score(outcome, expected);
  return exactly
    ? 'found exactly'
    : localised
      ? 'found'
      : firstRight
        ? 'found, at another place'
        : detected
          ? 'found, not first'
          : 'MISSED';
}

const text = report(
  outcomes.flatMap((outcome) => {
    const variant = byId.get(outcome.variant);
    return variant === undefined ? [] : [{ variant, outcome }];
  }),
  {
    command: [
      'npm run faults --',
      ...(options.quick ? ['--quick'] : []),
      ...(Number(options.seeds) === SEEDS ? [] : [`--seeds=${options.seeds}`]),
      ...(options.first === '1' ? [] : [`--first=${options.first}`]),
      ...positionals,
      '--write',
    ].join(' '),
    minutes: (performance.now() - startedAt) / 60_000,
    trainings,
  },
);
console.log(text);
if (options.write) {
  writeFileSync(path.join(root, 'docs', 'faults.md'), text);
}
