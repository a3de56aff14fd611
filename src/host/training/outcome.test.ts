import { describe, expect, it } from 'vitest';
import { end } from '../../../test/sampleRecord.ts';
import type { EndLine } from '../../core/run/record.ts';
import { announce, type TrainingOutcome } from './outcome.ts';

type Recorded = Extract<TrainingOutcome, { kind: 'recorded' }>;

const finished: Recorded = {
  kind: 'recorded',
  folder: '/runs/a',
  cwd: '/feed',
  state: 'finished',
  stopping: false,
  end: { exitCode: 0, signal: null },
  line: end,
  steps: 40,
  observed: 5,
  fault: null,
};
const said = (outcome: TrainingOutcome) => announce('/feed/train.mjs', outcome);
const ended = (state: EndLine['state'], reason: string): Partial<Recorded> => ({
  state,
  line: { ...end, state, reason },
});

describe('what is told at the end of a training', () => {
  it('is calm where all went well or as the user wished', () => {
    expect(said(finished)).toEqual({
      severity: 'information',
      message: 'train.mjs finished: 40 steps in 1.2 s.',
      offers: ['panel'],
      position: null,
    });
    expect(said({ ...finished, observed: 0 })).toMatchObject({
      severity: 'information',
      message: 'train.mjs finished: 40 steps. Losses were recorded, and no gradients: the panel says why.',
      offers: ['panel'],
    });
    expect(said({ ...finished, ...ended('cancelled', 'cancelled') })).toMatchObject({
      severity: 'information',
      message: 'train.mjs was stopped after 40 steps. What was recorded is kept.',
    });
    expect(said({ ...finished, state: 'cut short', line: null, stopping: true, steps: 1 })).toMatchObject({
      severity: 'information',
      message: 'train.mjs was ended by force after 1 step. What was recorded is kept.',
    });
  });

  it('leads to the line where the script failed', () => {
    const position = { file: 'train.mjs', line: 12, column: 3 };
    const line: EndLine = {
      ...end,
      state: 'failed',
      reason: 'the script threw',
      error: { message: 'TypeError: x is not a function', stack: '', position },
    };
    expect(said({ ...finished, state: 'failed', line })).toEqual({
      severity: 'error',
      message: 'train.mjs failed after 40 steps at train.mjs:12:3: TypeError: x is not a function',
      offers: ['place', 'output', 'panel'],
      position,
    });
    expect(said({ ...finished, ...ended('failed', 'no module tfjs') }).offers).toEqual(['output', 'panel']);
  });

  it('warns where nothing was observed, and says what a script must do', () => {
    const { severity, message } = said({ ...finished, steps: 0, observed: 0 });
    expect(severity).toBe('warning');
    expect(message).toMatch(/no training step was seen.*fit, fitDataset or trainOnBatch/);
  });

  it('names how the process was lost', () => {
    const lost = said({ ...finished, state: 'cut short', line: null, end: { exitCode: null, signal: 'SIGKILL' } });
    expect(lost.severity).toBe('error');
    expect(lost.message).toContain('(signal SIGKILL)');
    expect(said({ kind: 'unrecorded', end: { exitCode: 9, signal: null } }).message).toContain('(status 9)');
    expect(said({ kind: 'notStarted', reason: 'spawn ENOENT' }).message).toContain('spawn ENOENT');
    expect(said({ ...finished, fault: 'EIO' })).toMatchObject({ severity: 'error', offers: ['output'] });
  });

  it('repeats the reason where the script or somebody else ended it', () => {
    expect(said({ ...finished, ...ended('exited', 'process.exit(2) in fit') })).toMatchObject({
      severity: 'error',
      message: 'train.mjs ended itself after 40 steps: process.exit(2) in fit',
    });
    expect(said({ ...finished, ...ended('interrupted', 'the host went away') })).toMatchObject({
      severity: 'warning',
      message: 'train.mjs was interrupted after 40 steps: the host went away',
    });
  });
});
