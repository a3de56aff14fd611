import { describe, expect, it } from 'vitest';
import { StepClock } from './stepClock.ts';

describe('StepClock', () => {
  it('tells the rate of a steady training, whatever came before it', () => {
    const clock = new StepClock();
    clock.mark(0, 0);
    clock.mark(5_000, 0);
    for (let second = 6; second <= 30; second++) {
      clock.mark(second * 1000, (second - 5) * 40);
    }
    expect(clock.rate).toBeCloseTo(40, 9);
  });

  it('follows a training that slows down within its window', () => {
    const clock = new StepClock();
    for (let second = 1; second <= 20; second++) {
      clock.mark(second * 1000, second * 100);
    }
    for (let second = 21; second <= 40; second++) {
      clock.mark(second * 1000, 2000 + (second - 20));
    }
    expect(clock.rate).toBeCloseTo(1, 9);
  });

  it('does not guess', () => {
    const clock = new StepClock();
    expect(clock.rate).toBeNull();
    clock.mark(1000, 1);
    expect(clock.rate).toBeNull();
    clock.mark(1100, 20);
    expect(clock.rate).toBeNull();
    clock.mark(2000, 101);
    expect(clock.rate).toBe(100);
  });
});
