import { describe, expect, it } from 'vitest';
import { detach, graph, header, stop } from '../../../test/sampleRecord.ts';
import type { GraphLine, Path } from '../../core/run/record.ts';
import { findingsOf } from './findings.ts';

const shared = 'shared(click+dwell)';
const at = (step: number, change: Partial<GraphLine>): GraphLine => ({ ...graph, step, ...change });
const pathWith = (change: Partial<Path>): Path[] =>
  graph.paths.map((path) => (path.task === 'dwell' && path.group === shared ? { ...path, ...change } : path));

describe('the findings of a run', () => {
  it('are none without a graph, and none where every path carries a gradient', () => {
    expect(findingsOf([header])).toEqual([]);
    expect(findingsOf([header, graph])).toEqual([]);
  });

  it('say what is cut from what, since when, and what to do', () => {
    const [finding, ...more] = findingsOf([
      header,
      graph,
      at(7, { cuts: [detach] }),
      at(9, { cuts: [{ ...detach, id: 'other' }] }),
    ]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'detach', severity: 'warning', position: detach.position });
    expect(finding?.message).toMatch(
      /^dwell is cut from shared: it does not train it\. dataSync reads .* stopGradient of mtl-debugger\. \(Since step 7\.\)$/,
    );
    expect(finding?.related).toEqual([
      { position: { file: 'feed.ts', line: 32, column: 3 }, message: 'The loss of dwell.' },
    ]);
  });

  it('tell a cut beside which another path carries the gradient', () => {
    const pairs = [{ task: 'dwell', group: shared, complete: false }];
    const [finding] = findingsOf([at(1, { cuts: [{ ...detach, pairs }] })]);
    expect(finding?.message).toContain('on this path; another path still carries its gradient');
    expect(finding?.message).not.toContain('does not train');
  });

  it('are information where the cut was declared, or blocks nothing', () => {
    const cast = { ...detach, kind: 'passThrough' as const, op: 'Cast' };
    const findings = findingsOf([at(1, { cuts: [stop, cast] })]);
    expect(findings.map(({ severity, code }) => [severity, code])).toEqual([
      ['information', 'stopGradient'],
      ['information', 'passThrough'],
    ]);
    expect(findings.map(({ message }) => message).join()).not.toContain('write stopGradient');
  });

  it('follow the newest graph: what it does not name is gone', () => {
    expect(findingsOf([at(1, { cuts: [detach] }), at(5, {})])).toEqual([]);
  });

  it('name a path of zeros at its loss, unless a cut explains it or it was declared', () => {
    const [finding] = findingsOf([at(3, { paths: pathWith({ state: 'zero' }) })]);
    expect(finding).toMatchObject({ code: 'zero', severity: 'warning', position: { line: 32 } });
    expect(finding?.message).toMatch(
      /^dwell does not train shared: its gradient there is exactly 0\..*\(Since step 3\.\)$/,
    );
    expect(findingsOf([at(3, { paths: pathWith({ state: 'zero', cuts: ['cut1'] }) })])).toEqual([]);
    expect(findingsOf([at(3, { paths: pathWith({ state: 'cut', declared: true }) })])).toEqual([]);
  });

  it('name a group that nothing trains at the training call; frozen is meant, left out of a list is not', () => {
    const paths = graph.paths.map((path) => (path.group === shared ? { ...path, state: 'excluded' as const } : path));
    const groups = (status: 'frozen' | 'notListed') =>
      graph.groups.map((group) => ({ ...group, variables: group.variables.map((each) => ({ ...each, status })) }));
    const [left, ...more] = findingsOf([at(1, { paths, groups: groups('notListed') })]);
    expect(more).toEqual([]);
    expect(left).toMatchObject({ code: 'excluded', severity: 'warning', position: { line: 40, column: 7 } });
    expect(left?.message).toMatch(
      /^shared is not trained: click, dwell reaches it, and its variables are not in the list/,
    );
    expect(findingsOf([at(1, { paths, groups: groups('frozen') })])[0]).toMatchObject({ severity: 'information' });
    // Where another task still trains it, it is not excluded.
    expect(findingsOf([at(1, { paths: pathWith({ state: 'excluded' }) })])).toEqual([]);
  });
});
