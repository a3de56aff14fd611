import { toNumber } from '../run/numbers.ts';
import type { ActivationMeasure, GateMeasure } from '../run/record.ts';
import type { ObservedStep, Run } from '../run/run.ts';

/** What the activations and gates of one objective did at its newest step that was looked at. */
export interface ActivitySummary {
  readonly objective: string;
  readonly step: number;
  /** The most troubled first. */
  readonly activations: readonly ActivationMeasure[];
  /** The most collapsed first. */
  readonly gates: readonly GateMeasure[];
}

/** One entry per objective that has activations or gates. */
export function summariseActivity(run: Run): ActivitySummary[] {
  return activityAt(run.steps, run.steps.length - 1);
}

/** The same of the newest steps up to the one with index `at`. */
export function activityAt(steps: readonly ObservedStep[], at: number): ActivitySummary[] {
  const found = new Map<string, ActivitySummary>();
  const seen = new Set<string>();
  // An objective without any would be searched for through the whole run: its newest steps say it.
  for (let i = at; i >= 0 && i > at - FAR; i--) {
    const step = steps[i];
    if (step === undefined || seen.has(step.objective)) {
      continue;
    }
    seen.add(step.objective);
    const [activations, gates] = [[...step.activations], [...step.gates]];
    if (activations.length > 0 || gates.length > 0) {
      found.set(step.objective, {
        objective: step.objective,
        step: step.step,
        activations: activations.sort((a, b) => trouble(b) - trouble(a)),
        gates: gates.sort((a, b) => toNumber(b.collapsed) - toNumber(a.collapsed)),
      });
    }
  }
  return [...found.values()];
}

const FAR = 200;

/** The part of an activation that lets no gradient through, dead units above those that are silent for now. */
export function trouble({ units, zero, dead, saturated }: ActivationMeasure): number {
  return (dead ?? 0) / units + (zero ?? 0) / units + toNumber(saturated ?? 0);
}

/** `trunk`, or the op where no layer has it; the second of its kind has its number. */
export function activityName({ layer, index }: { readonly layer: string | null; readonly index: number }): string {
  const name = layer ?? 'outside layers';
  return index === 0 ? name : `${name} (${index + 1})`;
}

/** The expert that a gate gives most: `expert 3 of 3 has 99.1 %`, counted from 1. */
export function favourite({ load }: Pick<GateMeasure, 'load'>): { readonly expert: number; readonly part: number } {
  const parts = load.map(toNumber);
  const part = Math.max(...parts);
  return { expert: parts.indexOf(part) + 1, part };
}
