import { describe, expect, it } from 'vitest';
import { detach, graph, header, step } from '../../../test/sampleRecord.ts';
import { Run } from '../run/run.ts';
import { diagnose } from './diagnose.ts';
import { diagnosisDocument } from './document.ts';

function cutRun(): Run {
  const run = new Run();
  [header, { ...graph, cuts: [detach] }, step(1)].forEach((line) => run.add(line));
  return run;
}

describe('the document of a diagnosis', () => {
  it('names run, tasks and groups, and each finding with its place, evidence and advice in English', () => {
    const run = cutRun();
    const document = diagnosisDocument(run, diagnose(run));
    expect(document).toMatchObject({
      version: 1,
      run: '2026-03-04T05-06-07-feed',
      steps: 1,
      tasks: [
        { id: 'click', name: 'click' },
        { id: 'dwell', name: 'dwell' },
      ],
      ignored: 0,
    });
    expect(document.groups.map(({ id }) => id)).toContain('shared(click+dwell)');
    expect(document.findings).toHaveLength(1);
    expect(document.findings[0]).toMatchObject({
      rule: 'detach',
      severity: 'warning',
      root: null,
      tasks: ['dwell'],
      groups: ['shared(click+dwell)'],
      file: 'feed.ts',
      line: 21,
      column: 18,
      endColumn: null,
      since: 1,
      ignored: false,
    });
    expect(document.findings[0]?.id).toMatch(/^detach:/);
    expect(document.findings[0]?.message).toContain('dwell');
    expect(document.findings[0]?.advice.length).toBeGreaterThan(0);
    // It can be written and read again as it is.
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('has the range that was found in the source, and counts what is ignored there', () => {
    const run = cutRun();
    const diagnosis = diagnose(run);
    const range = { line: 21, column: 10, endLine: 21, endColumn: 30, text: 'shared.dataSync()' };
    const located = new Map([[diagnosis.findings[0]?.id ?? '', { range, ignored: true }]]);
    const document = diagnosisDocument(run, diagnosis, located);
    expect(document.ignored).toBe(1);
    expect(document.findings[0]).toMatchObject({ line: 21, column: 10, endLine: 21, endColumn: 30, ignored: true });
  });
});
