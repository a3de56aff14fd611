import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { WithinBudget } from './withinBudget.ts';

interface Program {
  /** Milliseconds of a plain step's gradients, and of an observed one's; the rest of a step takes as long again. */
  readonly plain: (step: number) => number;
  readonly observed: (step: number) => number;
  readonly steps: number;
  /** What a step takes now for what it takes usually; default: just that. */
  readonly noise?: (size: number) => number;
  readonly site?: (step: number) => string;
  /** Milliseconds in which the script does something else after this step. */
  readonly pause?: (step: number) => number;
}

/** Runs a program on a clock of its own. The truth is counted beside what the schedule believes. */
function simulate(schedule: WithinBudget, { plain, observed, steps, site, pause, noise = (size) => size }: Program) {
  let [plainTime, extra] = [0, 0];
  const looked: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const key = site?.(step) ?? 'site';
    const watched = schedule.next(key);
    const gradients = noise(watched ? observed(step) : plain(step));
    const rest = plain(step) + (pause?.(step) ?? 0);
    schedule.took(key, watched, { whole: gradients + rest, gradients, beside: 0 });
    plainTime += plain(step) + rest;
    extra += watched ? observed(step) - plain(step) : 0;
    if (watched) {
      looked.push(step);
    }
  }
  return { overhead: extra / plainTime, looked };
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
      const early = (6 * observed) / (2 * plain * steps);
      expect(overhead, `seed ${seed}`).toBeLessThan(budget * 1.05 + early);
      expect(overhead, `seed ${seed}`).toBeGreaterThan(most * 0.7);
      expect(Math.abs((schedule.overhead ?? NaN) - overhead), `seed ${seed}`).toBeLessThan(0.2 * budget + early);
      expect(looked.slice(0, 3)).toEqual([1, 2, 4]);
    }
  });
});

it('keeps a budget where the cost of one observation is lost in the noise', () => {
  for (let seed = 1; seed <= 5; seed++) {
    // Observing every step would make it slower by 2 %.
    const program = { plain: () => 50, observed: () => 52, steps: 50_000, noise: noisy(seed) };
    const { overhead } = simulate(new WithinBudget(0.01), program);
    expect(overhead, `seed ${seed}`).toBeLessThan(0.0125);
    expect(overhead, `seed ${seed}`).toBeGreaterThan(0.005);
  }
});

it('observes every step where the budget allows it', () => {
  const { looked } = simulate(new WithinBudget(10), { plain: () => 10, observed: () => 20, steps: 200 });
  expect(looked.length).toBeGreaterThan(190);
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
    const share = looked.filter((step) => step >= from && step < to).length / (to - from);
    // 5 % of a step of 20 buys one observation of 30 in 30 steps.
    expect(share).toBeGreaterThan(0.8 / 30);
    expect(share).toBeLessThan(1.2 / 30);
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
  const ofTwo = looked.filter((step) => step > 500 && step % 4 !== 0);
  const ofOne = looked.filter((step) => step > 500 && step % 4 === 0);
  expect(ofTwo.length / ofOne.length).toBeGreaterThan(2.5);
  expect(ofTwo.length / ofOne.length).toBeLessThan(3.6);
  const sitesSteps = ofTwo.map((step) => step - Math.floor(step / 4));
  for (let i = 0; i + 1 < sitesSteps.length; i += 2) {
    expect((sitesSteps[i + 1] ?? NaN) - (sitesSteps[i] ?? NaN)).toBe(1);
  }
});

it('saves nothing up in a pause', () => {
  const { looked } = simulate(new WithinBudget(0.05), {
    plain: () => 10,
    observed: () => 40,
    steps: 2_000,
    pause: (step) => (step === 1_000 ? 1e6 : 0),
  });
  expect(looked.filter((step) => step > 1_000 && step <= 1_030).length).toBeLessThanOrEqual(3);
});

it('looks at once at what must be looked at, and pays for it later', () => {
  const schedule = new WithinBudget(0.05);
  const program = { plain: () => 10, observed: () => 40, steps: 1_000 };
  simulate(schedule, program);
  schedule.alarm('site');
  expect(schedule.next('site')).toBe(true);
  schedule.took('site', true, { whole: 50, gradients: 40, beside: 0 });
  const { overhead } = simulate(schedule, program);
  expect(overhead).toBeLessThan(0.055);
});

it('says nothing of its cost before anything was measured', () => {
  const schedule = new WithinBudget(0.05);
  expect(schedule.overhead).toBeNull();
  schedule.next('site');
  schedule.took('site', true, { whole: 50, gradients: 40, beside: 0 });
  expect(schedule.overhead).toBeNull();
});
