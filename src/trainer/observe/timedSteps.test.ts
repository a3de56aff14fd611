import { afterEach, expect, it, vi } from 'vitest';
import { LOSSES_ALONE, type StepTimes } from '../../core/schedule/stepSchedule.ts';
import { TimedSteps } from './timedSteps.ts';

afterEach(() => vi.restoreAllMocks());

it('tells the schedule what each part of a step took: the curvature is one of the facts', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const took: StepTimes[] = [];
  const steps = new TimedSteps({
    next: () => LOSSES_ALONE,
    note: () => undefined,
    took: (_site, _watch, times) => void took.push(times),
    watchesGradients: true,
    overhead: null,
  });
  const passes = (milliseconds: number) => (): void => void (now += milliseconds);
  steps.begin('site');
  steps.gradients(passes(100));
  steps.note(LOSSES_ALONE, 3, 20);
  steps.beside(passes(5));
  steps.curvature(passes(70));
  passes(10)();
  steps.begin('site');
  expect(took).toEqual([{ whole: 185, gradients: 80, beside: 5, reading: 3, facts: 90 }]);
});
