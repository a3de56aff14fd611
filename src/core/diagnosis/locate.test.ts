import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { graph, header, plan } from '../../../test/sampleRecord.ts';
import { Run } from '../run/run.ts';
import { parseSource } from '../source/parseSource.ts';
import type { Finding } from './finding.ts';
import { locate, placeToShow } from './locate.ts';

const code = `model.compile({ loss: [a, b], lossWeights: [1, 2] });
// mtl-debugger-ignore lossScale
model.fit(x, [click, dwell]);
`;

const finding = (rule: Finding['rule'], change: Partial<Finding> = {}): Finding => ({
  id: `${rule}:x`,
  rule,
  place: 'x',
  severity: 'warning',
  tasks: ['dwell'],
  groups: [],
  position: { file: 'feed.ts', line: 1, column: 7 },
  expression: null,
  message: [],
  evidence: [],
  why: [],
  advice: [],
  source: '',
  related: [],
  since: 1,
  root: null,
  ...change,
});

function runWith(): Run {
  const run = new Run();
  [header, plan, graph].forEach((line) => run.add(line));
  return run;
}

const sourceOf = (file: string) => (file === 'feed.ts' ? { source: parseSource(ts, file, code), edited: false } : null);

describe('the places of findings', () => {
  it('are the expressions that are meant, with the tasks in the order of the outputs', () => {
    const located = locate(
      [
        finding('ignoredLossWeights', { expression: { of: 'property', name: 'lossWeights' } }),
        finding('lossScale', {
          position: { file: 'feed.ts', line: 3, column: 7 },
          expression: { of: 'target', task: 'dwell' },
        }),
        finding('noise', { position: { file: 'other.ts', line: 1, column: 1 } }),
      ],
      runWith(),
      sourceOf,
    );
    expect([...located].map(([id, { range, ignored }]) => [id, range?.text ?? null, ignored])).toEqual([
      ['ignoredLossWeights:x', 'lossWeights: [1, 2]', false],
      ['lossScale:x', 'dwell', true],
      ['noise:x', null, false],
    ]);
  });

  it('are as they were recorded in a file that was edited since; what is ignored in the whole of it still is', () => {
    const edited = {
      source: parseSource(ts, 'feed.ts', `/* mtl-debugger-ignore-file noise */\n${code}`),
      edited: true,
    };
    const place = { position: { file: 'feed.ts', line: 3, column: 7 } };
    const located = locate([finding('lossScale', place), finding('noise', place)], runWith(), () => edited);
    expect([...located.values()]).toEqual([
      { range: null, ignored: false },
      { range: null, ignored: true },
    ]);
  });

  it('are those of a loss or of the training call, where the cause has none', () => {
    const run = runWith();
    expect(placeToShow(finding('noise', { position: null }), run)).toMatchObject({ line: 32 });
    expect(placeToShow(finding('noise', { position: null, tasks: [] }), run)).toMatchObject({ line: 40 });
    expect(placeToShow(finding('noise', { position: null, tasks: [] }), new Run())).toBeNull();
  });
});
