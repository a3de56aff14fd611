import type { RecordedNumber, ValidationLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';

/** The record's line for what a validation found. @param figures By task and figure */
export function validationLine(
  step: number,
  epoch: number,
  figures: Readonly<Record<string, Readonly<Record<string, number>>>>,
): ValidationLine {
  const tasks: Record<string, Record<string, RecordedNumber>> = {};
  for (const [task, values] of Object.entries(figures)) {
    tasks[task] = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toRecorded(value)]));
  }
  return { type: 'validation', step, epoch, tasks };
}
