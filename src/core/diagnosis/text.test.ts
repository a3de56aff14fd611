import { describe, expect, it } from 'vitest';
import type { DiagnosisDocument, DocumentedFinding } from './document.ts';
import { diagnosisText } from './text.ts';

const finding = (change: Partial<DocumentedFinding>): DocumentedFinding => ({
  id: 'detach:x',
  rule: 'detach',
  severity: 'warning',
  root: null,
  tasks: ['dwell'],
  groups: ['shared(click+dwell)'],
  file: 'feed.ts',
  line: 21,
  column: 10,
  endLine: 21,
  endColumn: 28,
  message: 'dwell is cut from shared: it does not train it.',
  evidence: [],
  advice: [],
  since: 1,
  why: '',
  source: '',
  ignored: false,
  related: [],
  ...change,
});

const cut = finding({
  severity: 'error',
  evidence: [
    { name: 'paths that are cut', value: 1, unit: '', interval: null, steps: null },
    {
      name: "share of shared's update",
      value: 0.25,
      unit: '%',
      interval: [0.1, 0.4],
      steps: { from: 1, to: 40, count: 5 },
    },
  ],
  why: 'The trunk learns nothing from dwell.',
  advice: [{ id: 'tensors', text: 'Keep the values in tensors.', change: null, state: 'untried' }],
  source: 'tfjs-core/src/tensor.ts, dataSync',
});
const stalled = finding({
  id: 'stalledTask:dwell',
  rule: 'stalledTask',
  root: 'detach:x',
  message: 'dwell has not fallen.',
  file: null,
  line: null,
  column: null,
  since: 1200,
  evidence: [{ name: 'loss', value: 'NaN', unit: '', interval: null, steps: { from: 3, to: 3, count: 1 } }],
  advice: [{ id: 'x', text: 'Wait.', change: null, state: 'untried' }],
});
const meant = finding({ id: 'symmetry:y', rule: 'symmetry', ignored: true, line: 7 });

const document = (
  findings: readonly DocumentedFinding[],
  change: Partial<DiagnosisDocument> = {},
): DiagnosisDocument => ({
  version: 1,
  run: '2026-feed',
  title: 'feed.ts --epochs 2',
  steps: 1240,
  tasks: [],
  groups: [],
  ignored: findings.filter(({ ignored }) => ignored).length,
  findings,
  silent: [
    { rule: 'classId', because: 'No label lies outside the classes.' },
    { rule: 'noise', because: 'Needs 10 halves; there are 0.' },
  ],
  ...change,
});

describe('a diagnosis as text', () => {
  it('has roots with evidence and advice, what they explain beneath, and what is ignored', () => {
    expect(diagnosisText(document([cut, stalled, meant])))
      .toBe(`feed.ts --epochs 2, 1,240 training steps: 1 error, 1 warning.

✗ error: dwell is cut from shared: it does not train it.
    feed.ts:21:10, since step 1
    Evidence: paths that are cut 1
    Evidence: share of shared's update 0.25 % (95 % interval 0.1 to 0.4), steps
      1 to 40, 5 of them
    Why it matters: The trunk learns nothing from dwell.
    What to do: Keep the values in tensors.
    Source: tfjs-core/src/tensor.ts, dataSync
    detach: https://github.com/mtl-debugger/mtl-debugger/blob/main/docs/findings/detach.md
    It explains:
      ! warning: dwell has not fallen.
          since step 1,200
          Evidence: loss NaN, step 3
          stalledTask: https://github.com/mtl-debugger/mtl-debugger/blob/main/docs/findings/stalledTask.md

1 ignored by comments in the source: symmetry at feed.ts:7.
`);
  });

  it('shows what an ignored finding explains as a root', () => {
    const text = diagnosisText(document([{ ...cut, ignored: true }, stalled]));
    expect(text).toContain('\n\n! warning: dwell has not fallen.\n');
    expect(text).toContain('What to do: Wait.');
    expect(text).not.toContain('dwell is cut');
  });

  it('says that nothing was found, and that nothing could be', () => {
    expect(diagnosisText(document([]))).toBe('feed.ts --epochs 2, 1,240 training steps: nothing was found.\n');
    expect(diagnosisText(document([], { steps: 0 }))).toMatch(/0 training steps: there is nothing to judge\.\n$/);
  });

  it('answers why not, for all rules or for one', () => {
    const whyNot = (asked: 'all' | 'noise' | 'detach' | 'overfit'): string =>
      diagnosisText(document([cut]), { whyNot: asked }).split('Why not?\n')[1] ?? '';
    expect(whyNot('all')).toBe(
      '  classId: No label lies outside the classes.\n  noise: Needs 10 halves; there are 0.\n',
    );
    expect(whyNot('noise')).toBe('  noise: Needs 10 halves; there are 0.\n');
    expect(whyNot('detach')).toBe('  detach: it was found, see above.\n');
    expect(whyNot('overfit')).toBe('  overfit: this version does not look for it.\n');
  });
});
