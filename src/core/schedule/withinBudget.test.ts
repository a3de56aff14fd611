import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { WithinBudget } from './withinBudget.ts';

interface Program {
  /** Milliseconds of a plain step's gradients, and of a deeply observed one's; the rest of a step takes as long again. */
  readonly plain: (step: number) => number;
  readonly observed: (step: number) => number;
  /** What a shallow look and halves take beside a plain step; default: a fifth of a deep one's, and twice that. */
  readonly beside?: Readonly<Record<'shallow' | 'halves', number>>;
  /** Milliseconds to read the losses of any step, part of its gradients' time. */
  readonly reading?: number;
  /** Milliseconds that a deep look takes besides, each time at a step that lies twice as far; default: nothing. */
  readonly probe?: number;
  /** Milliseconds for facts at this step; default: none. */
  readonly facts?: (step: number) => number;
  readonly steps: number;
  /** What a step takes now for what it takes usually; default: just that. */
  readonly noise?: (size: number) => number;
  readonly site?: (step: number) => string;
  /** Milliseconds in which the script does something else after this step. */
  readonly pause?: (step: number) => number;
}

type Kind = 'losses' | 'shallow' | 'deep' | 'halves';

/** Runs a program on a clock of its own. The truth is counted beside what the schedule believes. */
function simulate(schedule: WithinBudget, program: Program) {
  const {
    plain,
    observed,
    beside,
    steps,
    site,
    pause,
    probe = 0,
    reading = 0,
    facts = () => 0,
    noise = (size) => size,
  } = program;
  let [plainTime, extra, probed] = [0, 0, 0];
  const extraAt: number[] = [];
  const looked: Record<Kind, number[]> = { losses: [], shallow: [], deep: [], halves: [] };
  for (let step = 1; step <= steps; step++) {
    const key = site?.(step) ?? 'site';
    const watch = schedule.next(key);
    const kind: Kind = watch.halves ? 'halves' : watch.depth;
    const dear = observed(step) - plain(step);
    const costs = { losses: 0, shallow: dear / 5, deep: dear, halves: 2 * dear, ...beside };
    const gradients = noise(plain(step) + costs[kind]) + reading;
    const rest = plain(step) + (pause?.(step) ?? 0);
    const probes = kind === 'deep' && step >= 2 * probed;
    probed = probes ? step : probed;
    const found = facts(step) + (probes ? probe : 0);
    const whole = gradients + rest + found;
    schedule.took(key, watch, { whole, gradients, beside: 0, reading, facts: found });
    plainTime += plain(step) + rest;
    extra += costs[kind] + reading + found;
    extraAt[step] = extra;
    looked[kind].push(step);
  }
  return { overhead: extra / plainTime, looked, extraAt };
}

const noisy = (seed: number): ((size: number) => number) => {
  const random = seededRandom(seed);
  return (size) => size * (0.8 + 0.4 * random.next());
};

describe.each([
  ['a cheap model', 20, 60],
  ['a dear model', 2, 400],
])('%s', (_, plain, observed) => {
  it.each([0.01, 0.05, 0.2])('keeps a budget of %d and makes use of it', (budget) => {
    for (let seed = 1; seed <= 5; seed++) {
      const schedule = new WithinBudget(budget);
      const steps = Math.min(100_000, Math.ceil((40 * observed) / (plain * budget)));
      const { overhead, looked } = simulate(schedule, {
        plain: () => plain,
        observed: () => observed,
        steps,
        noise: noisy(seed),
      });
      const most = Math.min(budget, (observed - plain) / (2 * plain));
      // The early steps are looked at whatever they cost: their part shrinks as the run goes on.
      // So is a tenth of a second.
      const early = (14 * observed + 100) / (2 * plain * steps);
      // A fifth is left for what is not measured.
      expect(overhead, `seed ${seed}`).toBeLessThan(budget * 0.87 + early);
      expect(overhead, `seed ${seed}`).toBeGreaterThan(most * 0.7);
      expect(Math.abs((schedule.overhead ?? NaN) - overhead), `seed ${seed}`).toBeLessThan(0.2 * budget + early);
      expect(looked.deep.slice(0, 3)).toEqual([1, 2, 4]);
    }
  });
});

it('keeps a budget where the cost of one observation is lost in the noise', () => {
  for (let seed = 1; seed <= 5; seed++) {
    // Observing every step would make it slower by 2 %.
    const program = { plain: () => 50, observed: () => 52, steps: 50_000, noise: noisy(seed) };
    const { overhead } = simulate(new WithinBudget(0.01), program);
    expect(overhead, `seed ${seed}`).toBeLessThan(0.0125);
    expect(overhead, `seed ${seed}`).toBeGreaterThan(0.003);
  }
});

it('looks at every step where the budget allows it, in each way in turn', () => {
  const { looked } = simulate(new WithinBudget(10), { plain: () => 10, observed: () => 20, steps: 200 });
  // One in nine is left alone, to know what is usual.
  expect(looked.losses.length).toBeLessThan(30);
  expect(Math.min(looked.deep.length, looked.shallow.length, looked.halves.length)).toBeGreaterThan(50);
});

it('pays for the losses first: what is left of the budget is what looking at gradients may cost', () => {
  for (const reading of [0.2, 0.8, 5]) {
    const schedule = new WithinBudget(0.05);
    const { overhead } = simulate(schedule, { plain: () => 10, observed: () => 30, steps: 20_000, reading });
    // Reading takes 1, 4 and 25 % of a step, and twice that is taken off the budget; a fifth of it is for looking all the same.
    const left = Math.max(0.01, 0.04 - (2 * reading) / 20);
    expect(overhead).toBeLessThan(reading / 20 + left + 0.0035);
    expect(overhead).toBeGreaterThan(reading / 20 + 0.8 * left);
    expect(Math.abs((schedule.overhead ?? NaN) - overhead)).toBeLessThan(0.01);
  }
});

it('gives what a cheap look has no use for to the deep ones', () => {
  const program = { plain: () => 10, observed: () => 40, steps: 20_000 };
  const cheap = simulate(new WithinBudget(0.05), { ...program, beside: { shallow: 0.001, halves: 60 } });
  const dear = simulate(new WithinBudget(0.05), { ...program, beside: { shallow: 20, halves: 60 } });
  expect(cheap.looked.shallow.length).toBeGreaterThan(17_000);
  expect(cheap.looked.deep.length).toBeGreaterThan(1.3 * dear.looked.deep.length);
});

it('follows a program that becomes faster or slower', () => {
  const schedule = new WithinBudget(0.05);
  const speed = (step: number): number => (step < 5_000 ? 1 : step < 10_000 ? 0.2 : 3);
  const { overhead, looked } = simulate(schedule, {
    plain: (step) => 10 * speed(step),
    observed: (step) => 40 * speed(step),
    steps: 15_000,
  });
  expect(overhead).toBeLessThan(0.055);
  for (const [from, to] of [
    [1_000, 5_000],
    [6_000, 10_000],
    [11_000, 15_000],
  ] as const) {
    const share = looked.deep.filter((step) => step >= from && step < to).length / (to - from);
    // 55 % of four fifths of 5 % of a step of 20 buys one deep look of 30 in 68 steps.
    expect(share).toBeGreaterThan(0.8 / 68);
    expect(share).toBeLessThan(1.2 / 68);
  }
});

it('gives every place that trains a share by the time it takes, and looks at it as many times as it has objectives', () => {
  const schedule = new WithinBudget(0.05);
  schedule.note('two', 'a');
  schedule.note('two', 'b');
  const { looked } = simulate(schedule, {
    plain: () => 10,
    observed: () => 30,
    steps: 8_000,
    site: (step) => (step % 4 === 0 ? 'one' : 'two'),
  });
  const ofTwo = looked.deep.filter((step) => step > 500 && step % 4 !== 0);
  const ofOne = looked.deep.filter((step) => step > 500 && step % 4 === 0);
  expect(ofTwo.length / ofOne.length).toBeGreaterThan(2.5);
  expect(ofTwo.length / ofOne.length).toBeLessThan(3.6);
  const sitesSteps = ofTwo.map((step) => step - Math.floor(step / 4));
  for (let i = 0; i + 1 < sitesSteps.length; i += 2) {
    expect((sitesSteps[i + 1] ?? NaN) - (sitesSteps[i] ?? NaN)).toBe(1);
  }
});

it('saves what deep looks at few steps take besides, with a pass for each group', () => {
  const program = { plain: () => 10, observed: () => 20, steps: 4_000, reading: 0.2, probe: 80 };
  const { extraAt, looked } = simulate(new WithinBudget(0.05), program);
  for (const to of [480, 1_000, 4_000]) {
    const since = ((extraAt[to] ?? NaN) - (extraAt[80] ?? NaN)) / (20 * (to - 80));
    expect(since, `from step 81 to ${to}`).toBeLessThan(0.035);
  }
  // It is not taken for what a look costs: that would postpone the next one by its multiple.
  expect(looked.deep.filter((step) => step > 80 && step <= 1_000).length).toBeGreaterThan(7);
});

it('saves nothing up in a pause', () => {
  const { looked } = simulate(new WithinBudget(0.05), {
    plain: () => 10,
    observed: () => 40,
    steps: 2_000,
    pause: (step) => (step === 1_000 ? 1e6 : 0),
  });
  expect(looked.deep.filter((step) => step > 1_000 && step <= 1_030).length).toBeLessThanOrEqual(3);
});

it('saves at deep looks what facts take', () => {
  const of = (facts?: (step: number) => number) => {
    const schedule = new WithinBudget(0.05);
    const run = simulate(schedule, { plain: () => 10, observed: () => 30, steps: 4_000, ...(facts && { facts }) });
    return { ...run, told: schedule.overhead };
  };
  const [without, dear] = [of(), of((step) => (step % 20 === 0 ? 6 : 0))];
  expect(dear.overhead).toBeLessThan(0.05);
  expect(dear.told).toBeCloseTo(dear.overhead, 3);
  expect(dear.looked.deep.length).toBeLessThan(0.8 * without.looked.deep.length);
  expect(dear.looked.shallow.length).toBe(without.looked.shallow.length);
});

it('says nothing of its cost before anything was measured', () => {
  const schedule = new WithinBudget(0.05);
  expect(schedule.overhead).toBeNull();
  const watch = schedule.next('site');
  schedule.took('site', watch, { whole: 50, gradients: 40, beside: 0, reading: 0, facts: 0 });
  expect(schedule.overhead).toBeNull();
});

it('sees a short training of small steps too, for a tenth of a second', () => {
  const schedule = new WithinBudget(0.05);
  const { overhead, looked } = simulate(schedule, {
    plain: () => 0.5,
    observed: () => 1.5,
    beside: { shallow: 0.3, halves: 2 },
    steps: 360,
    reading: 0.1,
  });
  expect(looked.deep.length).toBeGreaterThan(25);
  expect(looked.halves.length).toBeGreaterThan(8);
  expect(looked.deep.at(-1)).toBeGreaterThan(330);
  // A step takes a millisecond: reading is a tenth of it, and beyond what the budget allows there is the tenth of a second.
  expect(overhead * 360).toBeLessThan(0.1 * 360 + 0.05 * 360 + 100 + 20);
});

it('has spent what is free early where looking is dear', () => {
  const { looked } = simulate(new WithinBudget(1e-6), { plain: () => 10, observed: () => 30, steps: 10_000 });
  expect(looked.deep.length).toBeLessThanOrEqual(6 + 5);
  expect(looked.deep.at(-1)).toBeLessThan(50);
});
