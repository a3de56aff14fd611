import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../src/core/diagnosis/rules/index.ts';
import { judgeRecord } from './run/judgeRecord.ts';
import { raisesAlarm, score } from './run/score.ts';
import { runAll } from './run/runAll.ts';
import type { Outcome } from './run/outcome.ts';
import { allVariants, quickTasks } from './run/selection.ts';
import { anyKeptRecord } from './run/trainVariant.ts';

/** One script of each fault and of each look-alike, one seed: `npm run faults` runs them all. */
const root = path.resolve(import.meta.dirname, '..', '..');
const tasks = quickTasks(allVariants());
const there = new Set(RULES.map(({ id }) => id));
const faults = tasks.filter(({ variant: { expected } }) => expected?.rules.some((rule) => there.has(rule)));
const healthy = tasks.filter(({ variant }) => variant.expected === null);
const exact = faults.filter(({ variant }) => variant.expected?.exact);
let outcomes: ReadonlyMap<string, Outcome>;

beforeAll(async () => {
  const all = await runAll([...faults, ...healthy], {
    root,
    // Judged anew each time; what was trained by this very trainer is taken as it is.
    judgedBy: `test ${Date.now()}`,
    judgeOnly: false,
    workers: 2,
  });
  outcomes = new Map(all.map((outcome) => [outcome.variant, outcome]));
}, 1_200_000);

const outcomeOf = (id: string): Outcome => outcomes.get(id)!;

describe('an exact rule finds its fault, first of all findings', () => {
  it.each(exact.map(({ variant }) => [variant.id, variant] as const))('%s', (id, { expected }) => {
    const found = outcomeOf(id);
    const said = `${found.reason}: ${found.findings.map(({ rule, message }) => `${rule}: ${message}`).join('\n')}`;
    expect(score(found, expected!), said).toMatchObject({ detected: true, firstRight: true });
  });
});

describe('a healthy script that looks faulty', () => {
  it.each(healthy.map(({ variant }) => [variant.id] as const))('has no finding worse than information: %s', (id) => {
    const { findings, fell } = outcomeOf(id);
    expect(
      findings.filter((finding) => raisesAlarm([finding])).map(({ rule, message }) => `${rule}: ${message}`),
    ).toEqual([]);
    // It is no look-alike unless it trains well.
    expect(
      Object.values(fell).every((ratio) => ratio !== null && ratio < 0.5),
      JSON.stringify(fell),
    ).toBe(true);
  });
});

describe('all together', () => {
  it('nine tenths are found, first and at their places', () => {
    const scores = faults.map(({ variant }) => score(outcomeOf(variant.id), variant.expected!));
    const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;
    const missed = faults.filter((_, i) => !scores[i]!.localised).map(({ variant }) => variant.id);
    expect(share(scores.map(({ detected }) => detected)), missed.join(', ')).toBeGreaterThanOrEqual(0.9);
    expect(share(scores.map(({ firstRight }) => firstRight)), missed.join(', ')).toBeGreaterThanOrEqual(0.85);
    expect(share(scores.map(({ localised }) => localised)), missed.join(', ')).toBeGreaterThanOrEqual(0.8);
  });

  it('a record of a healthy run is a miss for every fault', () => {
    const [{ variant }] = healthy as [(typeof healthy)[number]];
    const record = anyKeptRecord(root, variant, 1)!;
    const judged = { ...outcomeOf(variant.id), ...judgeRecord(record, variant.script) };
    for (const { variant: faulty } of faults) {
      expect(score(judged, faulty.expected!), faulty.id).toMatchObject({
        detected: false,
        firstRight: false,
        localised: false,
      });
    }
  });
});
