import type { ObservedWindow } from '../run/run.ts';
import { median, toRecorded } from '../run/numbers.ts';
import type { RecordedNumber } from '../run/record.ts';

/** The tasks' weighted gradients where they first meet, over the recent part of a run. */
export interface BoundarySummary {
  readonly objective: string;
  /** The steps it is of: from the first to the last window, and how many of them were looked at. */
  readonly from: number;
  readonly step: number;
  readonly steps: number;
  readonly tasks: readonly {
    readonly task: string;
    /** L2 norm of the task's gradient: mean, smallest and largest. */
    readonly mean: RecordedNumber;
    readonly min: RecordedNumber;
    readonly max: RecordedNumber;
  }[];
  /** Of every two tasks: the cosine of their gradients, the median of the windows; null where it is not known. Below 0 they pull against each other. */
  readonly pairs: readonly { readonly tasks: readonly [string, string]; readonly cosine: RecordedNumber | null }[];
}

/** Windows that are summed up. */
const RECENT = 50;

/** One per objective whose boundary was looked at: of its last windows that begin at step `upTo` or before. */
export function summariseBoundary(
  run: { readonly windows: readonly ObservedWindow[] },
  upTo = Infinity,
): BoundarySummary[] {
  const objectives = new Map<string, ObservedWindow[]>();
  for (let i = run.windows.length - 1; i >= 0; i--) {
    const window = run.windows[i];
    if (window !== undefined && window.from <= upTo && window.boundarySteps > 0) {
      const there = objectives.get(window.objective) ?? [];
      objectives.set(window.objective, there);
      // Windows with other tasks are another boundary.
      if (there.length < RECENT && sameTerms(window, there[0] ?? window)) {
        there.push(window);
      }
    }
  }
  return [...objectives].map(([objective, windows]) => summaryOf(objective, windows.reverse()));
}

function summaryOf(objective: string, windows: readonly ObservedWindow[]): BoundarySummary {
  const terms = windows.at(-1)?.boundaryTerms ?? [];
  const steps = windows.reduce((sum, { boundarySteps }) => sum + boundarySteps, 0);
  return {
    objective,
    from: windows[0]?.from ?? 0,
    step: windows.at(-1)?.step ?? 0,
    steps,
    tasks: terms.map((task) => {
      const spreads = windows.flatMap((window) => {
        const spread = window.boundaryNorm(task);
        return spread === null ? [] : [{ spread, weight: window.boundarySteps }];
      });
      return {
        task,
        mean: toRecorded(spreads.reduce((sum, { spread, weight }) => sum + spread.mean * weight, 0) / steps),
        min: toRecorded(Math.min(...spreads.map(({ spread }) => spread.min))),
        max: toRecorded(Math.max(...spreads.map(({ spread }) => spread.max))),
      };
    }),
    pairs: terms.flatMap((a, i) =>
      terms.slice(i + 1).map((b) => {
        // NaN: the two reach the trunk at different tensors, or one of them is no number.
        const cosines = windows.map((window) => window.boundaryCosine(a, b) ?? NaN);
        const cosine = median(cosines.filter((each) => !Number.isNaN(each)));
        return { tasks: [a, b] as const, cosine: cosine === null ? null : toRecorded(cosine) };
      }),
    ),
  };
}

function sameTerms(a: ObservedWindow, b: ObservedWindow): boolean {
  return a === b || a.boundaryTerms.join('\n') === b.boundaryTerms.join('\n');
}
