import { expect, it } from 'vitest';
import { seededRandom, type Random } from '../../../../test/random.ts';
import { lineShapes } from '../lineShapes.ts';
import { toNumber } from '../numbers.ts';
import type { WindowedValue, WindowLine } from '../windowLine.ts';
import { LossWindows } from './lossWindows.ts';
import type { StepReading } from './stepReading.ts';
import { windowLength } from './windowLength.ts';

const reading = (step: number, more: Partial<StepReading> = {}): StepReading => ({
  objective: 'model',
  step,
  time: step * 2,
  epoch: null,
  overhead: null,
  total: step,
  loss: [{ raw: step, weight: 1, weighted: step }],
  boundary: null,
  ...more,
});

const written = (readings: Iterable<StepReading>, alone: (step: number) => boolean = () => false): WindowLine[] => {
  const windows = new LossWindows();
  const lines: WindowLine[] = [];
  for (const each of readings) {
    lines.push(...windows.add(each, alone(each.step)));
  }
  return [...lines, ...windows.close()];
};

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const spans = (lines: readonly WindowLine[]): number[][] => lines.map(({ from, step, steps }) => [from, step, steps]);

it('writes each step by itself at first, and longer windows later', () => {
  const lines = written(range(1, 4_010).map((step) => reading(step)));
  expect(spans(lines.slice(0, 3))).toEqual([
    [1, 1, 1],
    [2, 2, 1],
    [3, 3, 1],
  ]);
  expect(lines[1999]).toMatchObject({ from: 2000, steps: 1, total: 2000 });
  expect(lines[2000]).toMatchObject({
    from: 2001,
    step: 2002,
    steps: 2,
    time: 4004,
    total: [2001, 2001, 2002, 2002, 2001.5, 2002],
    loss: [{ raw: [2001, 2001, 2002, 2002, 2001.5, 2002], weight: 1 }],
  });
  expect(spans(lines.slice(-4))).toEqual([
    [4001, 4003, 3],
    [4004, 4006, 3],
    [4007, 4009, 3],
    [4010, 4010, 1],
  ]);
});

it('has as many windows in a million steps as can be read at once', () => {
  const windows = new LossWindows();
  let count = 0;
  for (let step = 1; step <= 1_000_000; step++) {
    count += windows.add(reading(step), false).length;
  }
  count += windows.close().length;
  // Of every length that is met, as many as 2,000 steps take, the last of which may be cut short.
  expect(count).toBe(13_834);
});

it('gives a step that is of interest a window of its own, and the steps around it theirs', () => {
  const lines = written(
    range(100_001, 100_100).map((step) => reading(step)),
    (step) => step === 100_020 || step === 100_021,
  );
  expect(spans(lines)).toEqual([
    [100_001, 100_019, 19],
    [100_020, 100_020, 1],
    [100_021, 100_021, 1],
    // As it would have ended without them.
    [100_022, 100_051, 30],
    [100_052, 100_100, 49],
  ]);
});

it('begins anew where there are more losses, or other tasks at the boundary', () => {
  const boundary = { terms: ['a', 'b'], norm: [1, 2], gram: [1, 0.5, 4] };
  const two = reading(0).loss.concat(reading(0).loss);
  const lines = written([
    ...range(50_001, 50_004).map((step) => reading(step, { boundary: step % 2 === 0 ? boundary : null })),
    reading(50_005, { loss: two }),
    reading(50_006, { loss: two, boundary }),
    reading(50_007, { loss: two, boundary: { ...boundary, terms: ['a', 'c'] } }),
    reading(50_008, { loss: two }),
  ]);
  expect(spans(lines)).toEqual([
    [50_001, 50_004, 4],
    [50_005, 50_006, 2],
    [50_007, 50_008, 2],
  ]);
  expect(lines[0]?.boundary).toEqual({ steps: 2, ...boundary });
  expect(lines[2]?.boundary).toMatchObject({ steps: 1, terms: ['a', 'c'] });
});

it('keeps objectives that take turns apart, and does not wait for one that rests', () => {
  const windows = new LossWindows();
  const lines: WindowLine[] = [];
  for (let step = 20_001; step <= 20_033; step++) {
    // The critic rests after step 20,011.
    const objective = step % 2 === 0 || step > 20_011 ? 'generator' : 'critic';
    lines.push(...windows.add(reading(step, { objective }), false));
  }
  expect(lines.map(({ objective, from, step, steps }) => [objective, from, step, steps])).toEqual([
    ['critic', 20_001, 20_011, 6],
    ['generator', 20_002, 20_010, 5],
    ['generator', 20_012, 20_022, 11],
    ['generator', 20_023, 20_033, 11],
  ]);
  windows.add(reading(20_034, { objective: 'generator' }), false);
  expect(windows.close()).toMatchObject([{ objective: 'generator', from: 20_034, step: 20_034, steps: 1 }]);
  expect(windows.close()).toEqual([]);
});

it('says where numbers are none', () => {
  const values = [1, NaN, -Infinity, 3];
  const lines = written(
    values.map((total, i) =>
      reading(900_001 + i, { total, loss: [{ raw: NaN, weight: null, weighted: i === 2 ? 7 : null }] }),
    ),
  );
  expect(lines).toMatchObject([
    {
      total: ['-Infinity', 900_003, 3, 900_004, 'NaN', 3],
      loss: [{ raw: 'NaN', weight: null, weighted: 7 }],
    },
  ]);
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A number as a loss may be, seldom none. */
const anyNumber = (random: Random): number =>
  random.index(500) === 0
    ? random.pick([NaN, Infinity, -Infinity])
    : (random.next() - 0.3) * 10 ** (random.index(9) - 4);

function expectValue(
  windowed: WindowedValue | null,
  readings: readonly { readonly step: number; readonly value: number | null }[],
  what: string,
): void {
  const known = readings.flatMap(({ step, value }) => (value === null ? [] : [{ step, value }]));
  if (known.length === 0) {
    expect(windowed, what).toBeNull();
    return;
  }
  const close = (actual: number, expected: number): void => {
    if (Number.isFinite(expected)) {
      expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(6e-7 * Math.abs(expected));
    } else {
      expect(actual, what).toBe(expected);
    }
  };
  const all = known.map(({ value }) => value);
  const numbers = all.filter((value) => !Number.isNaN(value));
  if (!Array.isArray(windowed)) {
    known.forEach(({ value }) => close(toNumber(windowed as number | 'NaN'), value));
    return;
  }
  const [min, minStep, max, maxStep, middle, last] = windowed as Exclude<WindowedValue, number | string>;
  close(toNumber(min), Math.min(...numbers));
  close(toNumber(max), Math.max(...numbers));
  close(toNumber(last), all.at(-1) ?? NaN);
  // Sums of both signs lose digits that neither has.
  const expected = mean(all);
  if (Number.isFinite(expected)) {
    expect(Math.abs(toNumber(middle) - expected), what).toBeLessThanOrEqual(1e-6 * mean(all.map(Math.abs)));
  } else {
    close(toNumber(middle), expected);
  }
  close(known.find(({ step }) => step === minStep)?.value ?? 0, Math.min(...numbers));
  close(known.find(({ step }) => step === maxStep)?.value ?? 0, Math.max(...numbers));
}

it('has every step in exactly one window of its objective, with the values that were read', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = seededRandom(seed);
    const first = 10 ** random.index(7);
    const tasks = 1 + random.index(4);
    const terms = range(1, tasks).map(String);
    const numbers = (count: number): number[] => range(1, count).map(() => anyNumber(random));
    const readings = range(first, first + 700).map((step) =>
      reading(step, {
        objective: random.pick(['one', 'two']),
        total: anyNumber(random),
        loss: terms.map(() => ({
          raw: anyNumber(random),
          weight: random.pick([null, 1, 2]),
          weighted: anyNumber(random),
        })),
        boundary:
          random.index(3) === 0 ? { terms, norm: numbers(tasks), gram: numbers((tasks * (tasks + 1)) / 2) } : null,
      }),
    );
    const alone = new Set(range(1, 20).map(() => first + random.index(700)));
    const lines = written(readings, (step) => alone.has(step));
    let found = 0;
    for (const line of lines) {
      const what = `seed ${seed}, window from ${line.from}`;
      const inside = readings.filter(
        ({ objective, step }) => objective === line.objective && step >= line.from && step <= line.step,
      );
      found += inside.length;
      expect(lineShapes.get('window')?.(JSON.parse(JSON.stringify(line))), what).toBeNull();
      expect(line.steps, what).toBe(inside.length);
      expect(line.step - line.from, what).toBeLessThan(windowLength(line.from));
      expect(inside.length === 1 || inside.every(({ step }) => !alone.has(step)), what).toBe(true);
      const value = (pick: (each: StepReading) => number | null): { step: number; value: number | null }[] =>
        inside.map((each) => ({ step: each.step, value: pick(each) }));
      expectValue(
        line.total,
        value(({ total }) => total),
        what,
      );
      for (const field of ['raw', 'weight', 'weighted'] as const) {
        line.loss.forEach((loss, i) =>
          expectValue(
            loss[field],
            value((each) => each.loss[i]?.[field] ?? null),
            what,
          ),
        );
      }
      expect(line.boundary?.steps ?? 0, what).toBe(inside.filter(({ boundary }) => boundary !== null).length);
      line.boundary?.norm.forEach((norm, i) =>
        expectValue(
          norm,
          value((each) => each.boundary?.norm[i] ?? null),
          what,
        ),
      );
      line.boundary?.gram.forEach((gram, i) =>
        expectValue(
          gram,
          value((each) => each.boundary?.gram[i] ?? null),
          what,
        ),
      );
    }
    expect(found, `seed ${seed}`).toBe(readings.length);
    for (const objective of ['one', 'two']) {
      const steps = lines.filter((line) => line.objective === objective).flatMap(({ from, step }) => [from, step]);
      expect(steps, `seed ${seed}`).toEqual([...steps].sort((a, b) => a - b));
    }
  }
});
