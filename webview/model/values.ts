import type { ObservedStep, LossField } from '../../src/core/run/run.ts';
import type { RecordedNumber } from '../../src/core/run/record.ts';
import { toRecorded } from '../../src/core/run/numbers.ts';
import type { Scene } from './scene.ts';
import { firstMeasured, type Pick } from './series.ts';

export const lossOf = (term: string, field: LossField): Pick => ({
  key: JSON.stringify(['loss', term, field]),
  of: (step) => step.lossOf(term, field),
});

export const normOf = (group: string, term: string, field: 'norm' | 'share' = 'norm'): Pick => ({
  key: JSON.stringify([field, group, term]),
  of: (step) => step.inGroup(group, term, field),
});

export const updateOf = (group: string): Pick => ({
  key: JSON.stringify(['update', group]),
  of: (step) => step.ofGroup(group, 'updateRatio'),
});

/** A figure and the step that it was measured at. */
export interface Figure {
  readonly value: RecordedNumber;
  readonly step: number;
}

/** The newest figure up to the step with index `at`: with several objectives, not every step measures everything. */
export function newest(steps: readonly ObservedStep[], at: number, pick: Pick): Figure | null {
  const first = firstMeasured(steps, pick);
  for (let i = at; first !== -1 && i >= first; i--) {
    const found = figureAt(steps[i], pick);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

/** The oldest figure of the run. */
export function oldest(steps: readonly ObservedStep[], pick: Pick): Figure | null {
  return figureAt(steps[firstMeasured(steps, pick)], pick);
}

function figureAt(step: ObservedStep | undefined, pick: Pick): Figure | null {
  const value = step === undefined ? null : pick.of(step);
  return step === undefined || value === null || value === undefined ? null : { value, step: step.step };
}

/**
 * A loss at the step that is looked at. While the newest is followed it is the one read last, whether or not that step was
 * observed in full.
 */
export function lossShown({ run, windows, steps, at, ui }: Scene, term: string, field: LossField): Figure | null {
  if (ui.cursor === null || steps.length === 0) {
    for (let i = windows.length - 1; i >= Math.max(0, windows.length - LOOKED_BACK); i--) {
      const window = windows[i];
      const value = window?.lossOf(term, field === 'relative' ? 'raw' : field)?.last;
      const first = field === 'relative' ? run.firstRaw(term) : 1;
      if (window !== undefined && value !== undefined && first !== null) {
        return { value: toRecorded(value / first), step: window.step };
      }
    }
  }
  return newest(steps, at, lossOf(term, field));
}

/** The first loss of the run. */
export function firstLoss({ windows, steps }: Scene, term: string): Figure | null {
  const first = oldest(steps, lossOf(term, 'raw'));
  const window = first === null ? windows.find((each) => each.lossOf(term, 'raw') !== null) : undefined;
  return window === undefined
    ? first
    : { value: toRecorded(window.lossOf(term, 'raw')?.mean ?? NaN), step: window.from };
}

/** Objectives that take turns have so many windows at most between two of one. */
const LOOKED_BACK = 100;
