import type { ObservedStep, LossField } from '../../src/core/run/run.ts';
import type { RecordedNumber } from '../../src/core/run/record.ts';
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
