import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { detach, end, graph, header, step } from '../../../test/sampleRecord.ts';
import { diagnose } from '../../core/diagnosis/diagnose.ts';
import type { Finding } from '../../core/diagnosis/finding.ts';
import type { RecordLine } from '../../core/run/record.ts';
import { Run } from '../../core/run/run.ts';
import type { Update } from '../runs/followedRun.ts';
import { Signal } from '../signal.ts';
import { RunDiagnosis, shareDiagnosis } from './runDiagnosis.ts';

/** A run that grows by what a test adds. */
class GrowingRun {
  readonly run = new Run();
  readonly updates = new Signal<Update>();
  live = true;

  get lines(): Run['lines'] {
    return this.run.lines;
  }

  add(...lines: RecordLine[]): void {
    lines.forEach((line) => this.run.add(line));
    this.live = this.run.end === null;
    this.updates.emit({ lines: [], live: this.live });
  }
}

const cut = { ...graph, cuts: [detach] };
const rules = (findings: readonly Finding[]): string[] => findings.map(({ rule }) => rule);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the diagnosis of a run that goes on', () => {
  it('tells a finding while the run goes on, and is there at once for a run that is over', () => {
    const run = new GrowingRun();
    const diagnosis = new RunDiagnosis(run);
    const told: string[][] = [];
    diagnosis.changes.listen(({ findings }) => told.push(rules(findings)));
    run.add(header, graph, step(1));
    vi.advanceTimersByTime(0);
    expect(told).toEqual([[]]);
    run.add({ ...cut, step: 2 });
    vi.advanceTimersByTime(10_000);
    expect(told).toEqual([[], ['detach']]);
    expect(run.live).toBe(true);
    run.add(end);
    vi.advanceTimersByTime(0);

    const late = new RunDiagnosis(run);
    expect(late.current.findings).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(rules(late.current.findings)).toEqual(['detach']);
    expect(diagnosis.fault).toBeNull();
  });

  it('looks seldom while lines pour in, and once more at the end', () => {
    const run = new GrowingRun();
    let looks = 0;
    const diagnosis = new RunDiagnosis(run, (grown, known) => {
      looks++;
      // A slow look: the clock goes on meanwhile.
      vi.advanceTimersByTime(40);
      return diagnose(grown, known);
    });
    run.add(header, cut);
    for (let n = 1; n <= 100; n++) {
      run.add(step(n));
      vi.advanceTimersByTime(50);
    }
    // 5 s, 40 ms a look: one at once, then one in 2 s.
    expect(looks).toBeGreaterThanOrEqual(2);
    expect(looks).toBeLessThanOrEqual(6);
    const before = looks;
    run.add(end);
    vi.advanceTimersByTime(0);
    expect(looks).toBe(before + 1);
    vi.advanceTimersByTime(60_000);
    expect(looks).toBe(before + 1);
    diagnosis.dispose();
  });

  it('keeps since when a finding holds', () => {
    const run = new GrowingRun();
    const asked: (readonly Finding[])[] = [];
    const diagnosis = new RunDiagnosis(run, (grown, known) => {
      asked.push(known);
      return diagnose(grown, known);
    });
    run.add(header, cut, step(1));
    vi.advanceTimersByTime(0);
    run.add(step(10), end);
    vi.advanceTimersByTime(0);
    expect(asked.map((known) => known.map(({ rule, since }) => `${rule} ${since}`))).toEqual([[], ['detach 1']]);
    expect(diagnosis.current.findings[0]?.since).toBe(1);
  });

  it('says where a rule failed, and keeps what was found before', () => {
    const run = new GrowingRun();
    let fails = false;
    const diagnosis = new RunDiagnosis(run, (grown, known) => {
      if (fails) {
        throw new Error('no such task');
      }
      return diagnose(grown, known);
    });
    run.add(header, cut, step(1));
    vi.advanceTimersByTime(0);
    fails = true;
    run.add(end);
    vi.advanceTimersByTime(0);
    expect(diagnosis.fault).toMatch(/no such task/);
    expect(rules(diagnosis.current.findings)).toEqual(['detach']);
  });

  it('is silent once it was disposed of; one that is shared, when its last user has', () => {
    const run = new GrowingRun();
    const [first, second] = [shareDiagnosis(run), shareDiagnosis(run)];
    expect(second.diagnosis).toBe(first.diagnosis);
    let told = 0;
    second.diagnosis.changes.listen(() => told++);
    first.dispose();
    first.dispose();
    run.add(header, cut);
    vi.advanceTimersByTime(0);
    expect(told).toBe(1);
    second.dispose();
    run.add(step(1), end);
    vi.advanceTimersByTime(60_000);
    expect(told).toBe(1);
    expect(shareDiagnosis(run).diagnosis).not.toBe(first.diagnosis);
  });
});
