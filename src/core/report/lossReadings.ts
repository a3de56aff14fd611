import { toRecorded } from '../run/numbers.ts';
import type { RecordedNumber } from '../run/record.ts';
import type { ObservedStep, ObservedWindow, Run } from '../run/run.ts';

/** The losses of an objective's terms at one step, from a window or from an observed step. */
export interface LossReading {
  readonly step: number;
  readonly terms: readonly string[];
  readonly loss: readonly {
    readonly raw: RecordedNumber | null;
    readonly weight: RecordedNumber | null;
    readonly weighted: RecordedNumber | null;
    readonly relative: RecordedNumber | null;
  }[];
}

export interface ReadSteps {
  /** How many steps had the term's loss read. */
  readonly count: number;
  readonly first: LossReading | null;
  readonly last: LossReading | null;
}

/** A term's first and last reading in an objective. */
export function readSteps(run: Run, objective: string, term: string): ReadSteps {
  const windows = run.windows.filter((each) => each.objective === objective && each.lossOf(term, 'raw') !== null);
  const steps = run.steps.filter(
    (each) => each.objective === objective && !run.isWindowed(each) && each.lossOf(term, 'raw') !== undefined,
  );
  const [firstWindow, lastWindow] = [windows[0], windows.at(-1)];
  const [firstStep, lastStep] = [steps[0], steps.at(-1)];
  return {
    count: steps.length + windows.reduce((sum, window) => sum + window.steps, 0),
    first: firstWindow !== undefined ? ofWindow(run, firstWindow, 'mean') : ofStep(firstStep),
    last: lastStep !== undefined || lastWindow === undefined ? ofStep(lastStep) : ofWindow(run, lastWindow, 'last'),
  };
}

/** The newest reading of every objective, the oldest of them first. */
export function newestReadings(run: Run): LossReading[] {
  const newest = new Map<string, LossReading>();
  const most = Math.max(1, run.graph?.objectives.length ?? 1);
  const windows = run.windows.slice(-2 * most).map((each) => [each.objective, ofWindow(run, each, 'last')] as const);
  const steps = run.steps.slice(-most).flatMap((each) => {
    const reading = run.isWindowed(each) ? null : ofStep(each);
    return reading === null ? [] : [[each.objective, reading] as const];
  });
  for (const [objective, reading] of [...windows, ...steps]) {
    newest.delete(objective);
    newest.set(objective, reading);
  }
  return [...newest.values()];
}

function ofStep(step: ObservedStep | undefined): LossReading | null {
  return step === undefined ? null : { step: step.step, terms: step.terms, loss: step.loss };
}

/** The last value of a window is the one at its last step. */
function ofWindow(run: Run, window: ObservedWindow, which: 'mean' | 'last'): LossReading {
  const { terms } = window;
  const loss = terms.map((term) => {
    const figure = (field: 'raw' | 'weight' | 'weighted'): number | null => window.lossOf(term, field)?.[which] ?? null;
    const [raw, first] = [figure('raw'), run.firstRaw(term)];
    return {
      raw: recorded(raw),
      weight: recorded(figure('weight')),
      weighted: recorded(figure('weighted')),
      relative: recorded(raw === null || first === null ? null : raw / first),
    };
  });
  return { step: which === 'last' ? window.step : window.from, terms, loss };
}

function recorded(value: number | null): RecordedNumber | null {
  return value === null ? null : toRecorded(value);
}
