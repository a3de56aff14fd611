import { describe, expect, it } from 'vitest';
import { graph, window } from '../../../../../test/sampleRecord.ts';
import { noisy } from '../../../../../test/simulatedRun.ts';
import { fact, said, viewOf } from '../../../../../test/viewOf.ts';
import type { RunView } from '../../runView.ts';
import { uncertaintyLag } from './uncertaintyLag.ts';

const weighting = { ...graph.groups[0]!, id: 'weighting', kind: 'weighting' as const, tasks: [] };
const learned = { ...graph, groups: [...graph.groups, weighting] };
const optimizer = (name: string, learningRate: number) =>
  fact('optimizer', { name, learningRate, named: false, groups: ['weighting'] }, { objective: 'fit' });

/** click has a loss of 100, dwell of 1; s of click rises by the rate at each step, that of dwell is at its optimum. */
function run(steps: number, change: { halved?: boolean; other?: number; optimizer?: [string, number] } = {}): RunView {
  const { halved = false, other = 0, optimizer: [name, rate] = ['Adam', 1e-3] } = change;
  const lines = Array.from({ length: steps }, (_, i) => {
    const n = i + 1;
    const logs = [Math.min(n * rate, Math.log(100)), 0];
    const half = halved ? 0.5 : 1;
    const raws = [100 * noisy(0.1)(n), noisy(0.1, 2)(n)];
    const loss = logs.map((s, k) => ({
      raw: raws[k]!,
      weight: half * Math.exp(-s),
      weighted: half * Math.exp(-s) * raws[k]!,
    }));
    const total = loss.reduce((sum, { weighted }, k) => sum + weighted + half * logs[k]!, other);
    return window(n, n, { loss, total, boundary: null });
  });
  return viewOf(learned, optimizer(name, rate), ...lines);
}

describe('log variances on their way', () => {
  it('are told with the steps that they need at least: |ln L - s| / rate', () => {
    // E1 at epoch 250 of 2000: 1250 steps of 1e-3, and ln 100 = 4.605. 3355 more, less what the interval of L leaves open.
    const view = run(1250);
    expect(said(uncertaintyLag, view)).toEqual([
      expect.stringMatching(
        /^information: The learned weight of click is still on its way: its log variance s is 1\.25, and its optimum for the loss of now is 4\.[56]\d*\. At a rate of 0\.001 that takes at least 3,[34]00 more steps, however good the loss looks\.$/,
      ),
    ]);
    const { evidence, advice } = uncertaintyLag.judge(view).findings[0]!;
    expect(evidence[2]!.value).toBeGreaterThan(3250);
    expect(evidence[2]!.value).toBeLessThan(3400);
    expect(advice[0]!.change).toMatchObject({ of: 'learningRate', group: 'weighting' });
  });

  it('also in the form with a half', () => {
    expect(said(uncertaintyLag, run(1250, { halved: true }))[0]).toMatch(/s is 1\.25, .* at least 3,[34]00 more steps/);
  });

  it('are silent when they have arrived, and tell how far they are', () => {
    expect(said(uncertaintyLag, run(1000, { optimizer: ['Adam', 0.01] }))[0]).toMatch(
      /^silent: The log variance of (click|dwell) is -?0?\.?\d*/,
    );
  });

  it('are none where weights are learned in another way, or move as far as their gradient asks', () => {
    const none = 'silent: No weights that uncertainty weighting learns under Adam were recorded.';
    expect(said(uncertaintyLag, run(500, { other: 50 }))).toEqual([none]);
    expect(said(uncertaintyLag, run(500, { optimizer: ['SGD', 1e-3] }))).toEqual([none]);
  });
});
