import type { ObservedStep, LossField } from '../../src/core/run/run.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { GroupMeasure, RecordedNumber } from '../../src/core/run/record.ts';

/** Picks one figure out of an observed step; null or undefined where it was not measured. */
export type Pick = (step: ObservedStep) => RecordedNumber | null | undefined;

export const lossOf =
  (term: string, field: LossField): Pick =>
  ({ line, terms }) =>
    line.loss[terms.indexOf(term)]?.[field];

/** What a step measured in a group. A group may have any name, so only the record's own fields count. */
export function measureOf({ line }: ObservedStep, group: string): GroupMeasure | undefined {
  return Object.hasOwn(line.groups, group) ? line.groups[group] : undefined;
}

export const normOf =
  (group: string, term: string, field: 'norm' | 'share' = 'norm'): Pick =>
  (step) => {
    const measure = measureOf(step, group);
    return measure?.[field]?.[measure.terms.indexOf(term)];
  };

export const updateOf =
  (group: string): Pick =>
  (step) =>
    measureOf(step, group)?.updateRatio;

/** A figure and the step that it was measured at. */
export interface Figure {
  readonly value: RecordedNumber;
  readonly step: number;
}

/** The newest figure up to the step with index `at`: with several objectives, not every step measures everything. */
export function newest(steps: readonly ObservedStep[], at: number, pick: Pick): Figure | null {
  for (let i = at; i >= 0; i--) {
    const step = steps[i];
    const value = step === undefined ? null : pick(step);
    if (step !== undefined && value !== null && value !== undefined) {
      return { value, step: step.line.step };
    }
  }
  return null;
}

/** The oldest figure of the run. */
export function oldest(steps: readonly ObservedStep[], pick: Pick): Figure | null {
  for (const step of steps) {
    const value = pick(step);
    if (value !== null && value !== undefined) {
      return { value, step: step.line.step };
    }
  }
  return null;
}

/** A figure over all observed steps, one entry per step: null where it was not measured. */
export function over(steps: readonly ObservedStep[], pick: Pick): (number | null)[] {
  return steps.map((step) => {
    const value = pick(step);
    return value === null || value === undefined ? null : toNumber(value);
  });
}
