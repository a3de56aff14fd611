import { describe, expect, it } from 'vitest';
import { describeThrown, howItEnded, type ProcessEnd } from './howItEnded.ts';

const normal: ProcessEnd = { exitCode: 0, thrown: null, drained: true, training: null, steps: 5 };

describe('howItEnded', () => {
  it.each<[string, Partial<ProcessEnd>, string, string]>([
    ['to its end', {}, 'finished', 'after 5 training steps'],
    ['to its end after one step', { steps: 1 }, 'finished', 'after 1 training step'],
    ['without training', { steps: 0 }, 'finished', 'no training step was seen'],
    ['by process.exit after training', { drained: false }, 'finished', 'after 5 training steps'],
    [
      'by process.exit in fit',
      { drained: false, training: 'fit of m' },
      'exited',
      'process.exit was called in the middle of fit of m',
    ],
    ['dry in fit', { training: 'fit of m' }, 'exited', 'nothing was left to wait for in the middle of fit of m'],
    ['with a status', { exitCode: 3, drained: false }, 'exited', 'exit status 3'],
    ['by an error', { exitCode: 1, thrown: { value: new Error('bad\nworse') } }, 'failed', 'Error: bad'],
    ['well after an error it handled', { thrown: { value: new Error('handled') } }, 'finished', 'came to its end'],
    ['at an await that never settles', { exitCode: 13 }, 'exited', 'await'],
  ])('tells a script that came %s', (_, end, state, reason) => {
    const ended = howItEnded({ ...normal, ...end });
    expect(ended.state).toBe(state);
    expect(ended.reason).toContain(reason);
    expect(ended.reason).not.toContain('\n');
  });
});

describe('describeThrown', () => {
  it('describes what is no error', () => {
    expect(describeThrown(undefined, () => null)).toEqual({ message: 'threw undefined', stack: '', position: null });
    expect(describeThrown('text', () => null).message).toBe("threw 'text'");
  });
});
