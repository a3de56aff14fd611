import { describe, expect, it } from 'vitest';
import { detach, end, graph, step } from '../../../../test/sampleRecord.ts';
import type { GraphLine, Path, StepLine } from '../../run/record.ts';
import { cut, zero } from './pathRules.ts';
import { at, said, viewOf } from '../../../../test/viewOf.ts';

const trunk = 'shared(click+dwell)';
const withPath = (change: Partial<Path>): GraphLine => ({
  ...graph,
  paths: graph.paths.map((path) => (path.task === 'dwell' && path.group === trunk ? { ...path, ...change } : path)),
});
const zeroStep = (n: number): StepLine => {
  const whole = step(n);
  return { ...whole, groups: { ...whole.groups, [trunk]: { ...whole.groups[trunk]!, norm: [0.5, 0] } } };
};

describe('a path without a gradient', () => {
  it('that no operation explains is told at the loss', () => {
    const view = viewOf(withPath({ state: 'cut' }), end);
    expect(said(cut, view)).toEqual([
      'warning: dwell does not train shared: its loss depends on it, and no gradient comes there.',
    ]);
    expect(cut.judge(view).findings[0]).toMatchObject({ position: at(32), place: `dwell ${trunk}`, since: 1 });
    expect(said(zero, view)).toEqual(['silent: Every gradient of exactly 0 that was found has a line.']);
  });

  it('that a cut explains is not told twice', () => {
    const explained = { ...withPath({ state: 'cut', cuts: ['cut1'] }), cuts: [detach] };
    expect(said(cut, viewOf(explained, end))).toEqual(['silent: Every cut that was found has a line.']);
  });

  it('of zeros is a warning when it lasts for three observed steps', () => {
    const of = (...steps: readonly StepLine[]) => said(zero, viewOf(withPath({ state: 'zero' }), ...steps, end))[0];
    expect(of(zeroStep(1), zeroStep(10))).toMatch(/^information: .* at the last 2 deeply/);
    expect(of(step(1), zeroStep(10), zeroStep(20), zeroStep(30))).toMatch(/^warning: .* at the last 3 deeply/);
  });
});
