import { describe, expect, it } from 'vitest';
import { detach, end, graph, step, stop } from '../../../../test/sampleRecord.ts';
import type { Cut, CutKind, GraphLine, StepLine } from '../../run/record.ts';
import { CUT_RULES } from './cutRules.ts';
import { inEnglish } from '../sentence.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';

const rule = (id: CutKind) => CUT_RULES.find((each) => each.id === id)!;
const withCuts = (...cuts: readonly Cut[]): GraphLine => ({ ...graph, cuts });
const zeroInTrunk = (n: number, change: Partial<StepLine> = {}): StepLine => {
  const whole = step(n, change);
  const trunk = whole.groups['shared(click+dwell)']!;
  return { ...whole, groups: { ...whole.groups, 'shared(click+dwell)': { ...trunk, norm: [trunk.norm[0]!, 0] } } };
};

describe('a cut', () => {
  it('is told at its line: who is cut from what, and what to do', () => {
    const view = viewOf(withCuts(detach), end);
    const [finding] = rule('detach').judge(view).findings;
    expect(said(rule('detach'), view)).toEqual([
      'warning: dwell is cut from shared: it does not train it. dataSync reads the values into JavaScript; a tensor built ' +
        'from them has no way back to the weights.',
    ]);
    expect(finding).toMatchObject({
      place: 'dataSync  feed.ts:21:18',
      tasks: ['dwell'],
      groups: ['shared(click+dwell)'],
      position: at(21, 18),
      since: 1,
    });
    expect(finding!.advice.map(({ id }) => id)).toEqual(['carry', 'declare']);
    expect(finding!.related).toMatchObject([{ position: at(32) }]);
  });

  it('that was declared is information, and needs no advice', () => {
    const view = viewOf(withCuts(stop), end);
    expect(said(rule('stopGradient'), view)[0]).toMatch(/^information: dwell is cut from click tower/);
    expect(rule('stopGradient').judge(view).findings[0]!.advice).toEqual([]);
    expect(said(rule('detach'), view)[0]).toMatch(/^silent:/);
  });

  it('that another path goes around is information', () => {
    const part = { ...detach, pairs: [{ ...detach.pairs[0]!, complete: false }] };
    expect(said(rule('detach'), viewOf(withCuts(part), end))[0]).toMatch(
      /^information: dwell is cut from shared on this path; another path still carries its gradient/,
    );
  });

  it('an operation without a gradient is an error, a cast is information', () => {
    const of = (kind: CutKind): Cut => ({ ...detach, kind, op: 'TopK' });
    expect(said(rule('noGradient'), viewOf(withCuts(of('noGradient')), end))).toEqual([
      'error: The loss of dwell has no gradient for shared. tfjs has no gradient for TopK: training through it throws.',
    ]);
    expect(said(rule('passThrough'), viewOf(withCuts(of('passThrough')), end))[0]).toMatch(
      /^information: A cast to whole numbers lies between dwell and shared\./,
    );
  });

  it('a custom gradient of zeros that keeps a task out of the tower of another is a stop-gradient by hand', () => {
    const inTrunk: Cut = { ...detach, kind: 'customGradient', op: 'customGrad' };
    const inTower: Cut = { ...inTrunk, pairs: [{ task: 'dwell', group: 'tower(click)', complete: true }] };
    const own: Cut = { ...inTrunk, pairs: [{ task: 'dwell', group: 'tower(dwell)', complete: true }] };
    const severities = [inTrunk, inTower, own].map(
      (cut) => said(rule('customGradient'), viewOf(withCuts(cut), end))[0]!.split(':')[0],
    );
    expect(severities).toEqual(['warning', 'information', 'warning']);
  });

  it('that lies in the values of a batch is a warning when it lasts, and the task has something to teach', () => {
    const dead: Cut = { ...detach, kind: 'dead', op: 'Relu' };
    const severity = (...steps: readonly StepLine[]) =>
      said(rule('dead'), viewOf(withCuts(dead), ...steps, end))[0]!.split(':')[0];
    expect(severity(step(1), zeroInTrunk(10), zeroInTrunk(20))).toBe('information');
    expect(severity(step(1), zeroInTrunk(10), zeroInTrunk(20), zeroInTrunk(30))).toBe('warning');
    const solved = [...step(30).loss];
    solved[1] = { raw: 0, weight: 1, weighted: 0, relative: 0 };
    expect(severity(zeroInTrunk(10), zeroInTrunk(20), zeroInTrunk(30, { loss: solved }))).toBe('information');
  });

  it('through units that are all off points at the layer where that begins', () => {
    const layers = ['shared', 'dwell tower'];
    const cut: Cut = { ...detach, kind: 'dead', op: 'Relu', layer: 'dwell tower' };
    const made = layers.map((layer, k) =>
      fact('layerMade', { kind: 'Dense', activation: 'relu', model: null }, { layer, position: at(11 + k) }),
    );
    const judged = (dead: (layer: string, n: number) => number) => {
      const steps = Array.from({ length: 30 }, (_, i) =>
        step(i + 1, {
          activations: layers.map((layer) => {
            const off = dead(layer, i + 1);
            return { layer, op: 'Relu' as const, index: 0, units: 8, rows: 50, zero: off, dead: off, saturated: null };
          }),
        }),
      );
      return rule('dead').judge(viewOf(withCuts(cut), ...made, ...steps, end)).findings[0]!;
    };
    const fromStart = judged(() => 8);
    expect(fromStart).toMatchObject({
      position: at(11),
      expression: { of: 'firstProperty', names: ['biasInitializer', 'kernelInitializer'] },
    });
    expect(inEnglish(...fromStart.message)).toMatch(
      /It begins before that: all 8 units of shared are at 0 on every sample of the last 500 or more\.$/,
    );
    expect(fromStart.advice.map(({ id }) => id)).toEqual(['start', 'carry']);
    // They died later: their start is not to blame.
    expect(judged((_, n) => (n < 5 ? 0 : 8))).toMatchObject({ position: at(11), expression: null });
    const own = judged((layer) => (layer === 'shared' ? 3 : 8));
    expect(own).toMatchObject({ position: at(12) });
    expect(inEnglish(...own.message)).not.toMatch(/It begins before/);
    // What comes after it is alive: it is not what ends the gradient.
    expect(judged((layer) => (layer === 'shared' ? 8 : 3))).toMatchObject({ position: at(21, 18), expression: null });
  });

  it('holds since the first graph that has it without a break', () => {
    const lines = [
      withCuts(),
      { ...withCuts(detach), step: 3 },
      { ...withCuts(), step: 5 },
      { ...withCuts(detach), step: 9 },
    ];
    expect(rule('detach').judge(viewOf(...lines, end)).findings[0]?.since).toBe(9);
  });
});
