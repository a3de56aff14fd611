import type { StepLine, WindowLine } from '../run/record.ts';
import type { Run } from '../run/run.ts';
import { without } from './without.ts';

/** An observed step as the record has it, its losses by the terms' ids. */
export interface ReportStep extends Omit<StepLine, 'type' | 'loss'> {
  readonly loss: Readonly<Record<string, StepLine['loss'][number]>>;
}

/** A window as the record has it, its losses by the terms' ids. */
export interface ReportWindow extends Omit<WindowLine, 'type' | 'loss'> {
  readonly loss: Readonly<Record<string, WindowLine['loss'][number]>>;
}

export function listWindows(run: Run): ReportWindow[] {
  return run.windows.map(({ line, terms }) => ({
    ...without(line, 'type', 'loss'),
    loss: Object.fromEntries(line.loss.map((each, i) => [terms[i] ?? String(i), each])),
  }));
}

export function listSteps(run: Run): ReportStep[] {
  return run.steps.map(({ line, terms }) => ({
    ...without(line, 'type', 'loss'),
    // Object.fromEntries makes own properties of any name, `__proto__` too.
    loss: Object.fromEntries(line.loss.map((each, i) => [terms[i] ?? String(i), each])),
  }));
}
