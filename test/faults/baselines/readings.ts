import { toNumber } from '../../../src/core/run/numbers.ts';
import type { Run } from '../../../src/core/run/run.ts';
import type { Fired, Symptom } from './symptom.ts';

/** One observed step as the baselines' rules read it: by variable group, since a record has no single tensors. */
export interface Reading {
  readonly step: number;
  readonly epoch: number;
  readonly groups: readonly {
    readonly id: string;
    readonly size: number;
    readonly norm: number;
    readonly ratio: number | null;
  }[];
}

/** Gradient norms and update ratios at the deeply observed steps. */
export function readings(run: Run): Reading[] {
  const sizes = new Map(run.graph?.groups.map(({ id, size }) => [id, size]));
  return run.steps.map((step) => ({
    step: step.step,
    epoch: epochOf(run, step.step),
    groups: step.groups.flatMap((id) => {
      const total = step.ofGroup(id, 'total');
      const ratio = step.ofGroup(id, 'updateRatio');
      return total === null || total === undefined
        ? []
        : [
            {
              id,
              size: sizes.get(id) ?? 1,
              norm: toNumber(total),
              ratio: ratio === null || ratio === undefined ? null : toNumber(ratio),
            },
          ];
    }),
  }));
}

/** Steps in an epoch: the plan's, or the base models' own number for loops, which a record does not know. */
const STEPS_PER_EPOCH = 16;

export function epochOf(run: Run, step: number): number {
  return Math.ceil(step / (run.plan?.stepsPerEpoch ?? STEPS_PER_EPOCH));
}

/** The value that is minimised, at each step: all that the baselines know of the losses. */
export function totals(run: Run): { readonly step: number; readonly value: number }[] {
  return run.windows.flatMap(({ line }) => {
    const value = Array.isArray(line.total) ? (line.total[4] as number | string) : (line.total as number | string);
    return [{ step: line.step, value: typeof value === 'number' ? value : toNumber(value as 'NaN') }];
  });
}

/** Mean of the totals of each epoch, with its last step. */
export function epochLosses(run: Run): { readonly epoch: number; readonly step: number; readonly loss: number }[] {
  const epochs = new Map<number, { step: number; sum: number; count: number }>();
  for (const { step, value } of totals(run)) {
    const epoch = epochOf(run, step);
    const known = epochs.get(epoch) ?? { step, sum: 0, count: 0 };
    epochs.set(epoch, { step, sum: known.sum + value, count: known.count + 1 });
  }
  return [...epochs].map(([epoch, { step, sum, count }]) => ({ epoch, step, loss: sum / count }));
}

/** Epochs that the script planned; of a loop, those that it made. */
export function plannedEpochs(run: Run): number {
  return run.plan?.epochs ?? epochOf(run, Math.max(run.stepsDone, 1));
}

/** The first step at which the run itself, or one of its losses, was no number any more. */
export function firstNonFinite(run: Run): number | null {
  const event = run.events.find(({ kind }) => kind === 'nonFinite')?.step;
  return event ?? totals(run).find(({ value }) => !Number.isFinite(value))?.step ?? null;
}

/** The first firing of each symptom, in the order of steps. */
export function firstOfEach(
  fired: readonly { readonly symptom: Symptom; readonly step: number | null | undefined }[],
): Fired[] {
  const first = new Map<Symptom, number>();
  for (const { symptom, step } of fired) {
    if (step !== null && step !== undefined && step < (first.get(symptom) ?? Infinity)) {
      first.set(symptom, step);
    }
  }
  return [...first].map(([symptom, step]) => ({ symptom, step })).sort((a, b) => a.step - b.step);
}
