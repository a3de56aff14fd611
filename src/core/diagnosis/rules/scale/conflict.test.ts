import { describe, expect, it } from 'vitest';
import { normalsOf, seededRandom } from '../../../../../test/random.ts';
import { noisy, simulatedRun, type SimulatedHalves, type SimulatedTask } from '../../../../../test/simulatedRun.ts';
import { said, viewOf } from '../../../../../test/viewOf.ts';
import type { RunView } from '../../runView.ts';
import { conflict } from './conflict.ts';
import { noise } from './noise.ts';
import { tradeOff } from './tradeOff.ts';

const falls: SimulatedTask = { loss: (n) => noisy(0.2)(n) * (0.05 + Math.exp(-n / 60)) };
const stands: SimulatedTask = { loss: noisy(0.2, 2) };
const exact = (cosine: number): SimulatedHalves => ({ click: () => 1, dwell: () => 1, between: () => cosine });
const run = (
  tasks: { click: SimulatedTask; dwell: SimulatedTask },
  halves: SimulatedHalves,
  more: { product?: (step: number) => number } = {},
): RunView => viewOf(...simulatedRun(200, tasks, { halves, ...more }));

/** What half-batches tell of two gradients of length 1 with a known cosine, whose noise has `size` times that length in each half. */
function measured(
  cosine: number,
  size: number,
  seed: number,
): { halves: SimulatedHalves; raw: (step: number) => number } {
  const random = seededRandom(seed);
  const dimensions = 100;
  const unit = (x: number, y: number) => Array.from({ length: dimensions }, (_, i) => (i === 0 ? x : i === 1 ? y : 0));
  const [a, b] = [unit(1, 0), unit(cosine, Math.sqrt(1 - cosine ** 2))];
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const half = (truth: number[]) => {
    const drawn = normalsOf(random, dimensions);
    return truth.map((value, i) => value + (size * drawn[i]!) / Math.sqrt(dimensions));
  };
  const steps = Array.from({ length: 1001 }, () => {
    const [a1, a2, b1, b2] = [half(a), half(a), half(b), half(b)];
    const whole = (x: number[], y: number[]) => x.map((value, i) => (value + y[i]!) / 2);
    return {
      click: dot(a1, a2),
      dwell: dot(b1, b2),
      between: (dot(a1, b2) + dot(b1, a2)) / 2,
      raw: dot(whole(a1, a2), whole(b1, b2)),
    };
  });
  const of = (name: 'click' | 'dwell' | 'between' | 'raw') => (step: number) => steps[step]![name];
  return { halves: { click: of('click'), dwell: of('dwell'), between: of('between') }, raw: of('raw') };
}

describe('a conflict', () => {
  it('is a warning where one of the tasks learns nothing, with its interval and its steps', () => {
    const view = run({ click: falls, dwell: stands }, exact(-0.5));
    expect(said(conflict, view)).toEqual([
      'warning: click and dwell pull shared apart: without noise the cosine of their gradients is -0.5, between -0.5 and -0.5. The loss of dwell does not fall.',
    ]);
    expect(conflict.judge(view).findings[0]).toMatchObject({
      place: 'click dwell',
      tasks: ['click', 'dwell'],
      position: { line: 32 },
      evidence: [{ value: -0.5, steps: { from: 105, to: 200, count: 20 } }, { value: 1 }, { value: 32 }],
    });
  });

  it('is information where both learn all the same', () => {
    expect(said(conflict, run({ click: falls, dwell: falls }, exact(-0.5)))[0]).toMatch(
      /^information: .* Both learn so far/,
    );
  });

  it('beyond what their lengths balance is said to harm the shorter one', () => {
    const unequal = { click: () => 1, dwell: () => 1e4, between: () => -50 };
    expect(said(conflict, run({ click: falls, dwell: falls }, unequal))[0]).toContain(
      'That is at or below −0.02, their similarity in length: to first order the sum harms the shorter one.',
    );
  });

  it('is none of -0.1 and above, nor where it rests on halves that share their noise', () => {
    expect(said(conflict, run({ click: falls, dwell: stands }, exact(-0.09)))[0]).toMatch(
      /^silent: Without noise the cosine of click and dwell is -0\.09, .* a conflict lies below -0\.1/,
    );
    const mixed = { ...exact(-0.5), independent: false };
    expect(said(conflict, run({ click: falls, dwell: stands }, mixed))[0]).toMatch(
      /^silent: Samples of a batch are mixed/,
    );
    expect(said(conflict, viewOf(...simulatedRun(200, { click: falls, dwell: stands })))[0]).toMatch(
      /^silent: Conflicts are told from half-batches/,
    );
  });

  it('that noise hides is not measurable, and a batch is named', () => {
    const { halves } = measured(-0.5, 100, 3);
    expect(said(conflict, viewOf(...simulatedRun(1000, { click: falls, dwell: stands }, { halves })))[0]).toMatch(
      /^silent: Not measurable with batches of 32: it needs about [\d,]+\.$/,
    );
  });

  it.each([
    [0.5, 0],
    [0, 0],
    [-0.5, 1],
  ])(
    'of true cosine %d under noise four times as long is told in %d runs of one, whatever the raw cosines say',
    (cosine, told) => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const { halves, raw } = measured(cosine, 4, seed);
        const view = viewOf(...simulatedRun(1000, { click: falls, dwell: stands }, { halves, product: raw }));
        const against = Array.from({ length: 1000 }, (_, i) => raw(i + 1)).filter((each) => each < 0).length / 1000;
        expect(against, `raw cosines below 0 of seed ${seed}`).toBeGreaterThan(0.2);
        const { findings } = conflict.judge(view);
        expect(findings.length, `seed ${seed}`).toBe(told);
        const [low, high] = findings[0]?.evidence[0]?.interval ?? [-0.5, -0.5];
        expect(low as number, `seed ${seed}`).toBeLessThan(-0.4);
        expect(high as number, `seed ${seed}`).toBeLessThan(-0.1);
      }
    },
  );

  it('names the methods that would spare a task, and those that would change nothing', () => {
    // Norms 1 and 10, cosine -1/2: the sum makes click worse.
    const dwell = { ...stands, norm: () => 10 };
    const halves = { click: () => 1, dwell: () => 100, between: () => -5 };
    const view = run({ click: falls, dwell }, halves, { product: () => -5 });
    const advice = conflict.judge(view).findings[0]!.advice;
    expect(advice.map(({ id }) => id)).toEqual(['weighting', 'noWeighting', 'separate']);
    expect(advice[0]!.change).toMatchObject({ of: 'weighting' });
    expect(said(conflict, view)[0]).toContain('to first order the sum harms the shorter one');
  });
});

describe('noise', () => {
  it('is information, with the part that is none and a batch that would do', () => {
    const halves = { click: (n: number) => 0.05 + 0.02 * (noisy(1, 3)(n) - 1), dwell: () => 0.9, between: () => 0 };
    const view = run({ click: falls, dwell: falls }, halves);
    expect(said(noise, view)).toEqual([
      expect.stringMatching(
        /^information: The gradient of click in shared is mostly the noise of small batches\. Two halves of a batch of 32 agree on at most [56]\.?\d* % of its squared norm\.$/,
      ),
    ]);
    const [found] = noise.judge(view).findings;
    expect(found!.evidence[0]!.value).toBeCloseTo(5, 0);
  });

  it('is none above a tenth, and without halves', () => {
    const halves = { click: () => 0.11, dwell: () => 0.9, between: () => 0 };
    expect(said(noise, run({ click: falls, dwell: falls }, halves))).toEqual([
      'silent: Of the gradient of click, 11 % is not noise (up to 11 %); noise is told where that is surely below 10 %.',
    ]);
    expect(said(noise, viewOf(...simulatedRun(200, { click: falls, dwell: falls })))[0]).toMatch(
      /^silent: It takes 10 steps/,
    );
  });
});

describe('a trade-off', () => {
  /** Of two unit vectors the shortest combination is √((1 + cosine) / 2). */
  const of = (length: number) => (n: number) => (2 * length ** 2 - 1) * (n > 0 ? 1 : 0);

  it('is information where no step serves both, at any lengths', () => {
    const view = run({ click: falls, dwell: falls }, exact(0), { product: of(0.04) });
    expect(said(tradeOff, view)).toEqual([
      'information: No step of shared serves all of click, dwell: the gradients cancel out, whatever their lengths. Their shortest combination has length 0.04, where each has 1.',
    ]);
    const dwell = { ...falls, norm: () => 1000 };
    expect(said(tradeOff, run({ click: falls, dwell }, exact(0), { product: (n) => 1000 * of(0.04)(n) }))[0]).toMatch(
      /length 0\.04/,
    );
  });

  it('is none above 0.05, nor for a gap of scale', () => {
    expect(said(tradeOff, run({ click: falls, dwell: falls }, exact(0), { product: of(0.06) }))).toEqual([
      'silent: The shortest combination of the tasks’ unit gradients has length 0.06, up to 0.06; nothing but trade-offs is left below 0.05.',
    ]);
    const dwell = { ...falls, norm: () => 1e5 };
    expect(said(tradeOff, run({ click: falls, dwell }, exact(0)))[0]).toMatch(/^silent: .* length 0\.7071/);
  });
});
