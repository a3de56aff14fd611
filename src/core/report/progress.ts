import { formatCount, formatDuration, formatNumber, formatPercent } from './format.ts';
import { newestReadings } from './lossReadings.ts';
import type { Run } from '../run/run.ts';

/** How far the training is, for its progress lines. */
export interface Progress {
  readonly step: number;
  /** The step at which the running training call ends, where the script told it. */
  readonly total: number | null;
  /** Steps per second. */
  readonly rate: number | null;
  /** The newest observed loss of every task. */
  readonly losses: readonly {
    readonly task: string;
    readonly raw: string;
    readonly relative: string;
    readonly finite: boolean;
  }[];
}

/** `step` counts the steps done, observed or not, as the trainer told it last. */
export function progressOf(run: Run, step: number, rate: number | null): Progress {
  const { plan } = run;
  const total = plan?.stepsPerEpoch == null ? null : plan.step + plan.epochs * plan.stepsPerEpoch;
  const done = Math.max(step, run.stepsDone);
  const newest = new Map<string, Progress['losses'][number]>();
  // The newest step of every objective, so that a loop which minimises several shows all of them.
  for (const { loss, terms } of newestReadings(run)) {
    terms.forEach((id, i) => {
      const raw = formatNumber(loss[i]?.raw);
      if (run.graph?.terms.find((term) => term.id === id)?.kind !== 'regularisers') {
        const relative = formatNumber(loss[i]?.relative);
        newest.set(id, { task: run.termName(id), raw, relative, finite: !/NaN|∞/.test(raw) });
      }
    });
  }
  // A training call that was stopped early lies behind: its end says nothing about what runs now.
  return { step: done, total: total !== null && total >= done ? total : null, rate, losses: [...newest.values()] };
}

/** `step 400 of 4,000 (10 %), 512 steps/s, 7.0 s left` */
export function headline({ step, total, rate }: Progress): string {
  const share =
    total === null || total === 0
      ? ''
      : ` of ${formatCount(total)} (${formatPercent(Math.floor((100 * step) / total) / 100)})`;
  const pace = rate === null ? '' : `, ${formatNumber(rate)} steps/s`;
  const left =
    rate === null || total === null || total === step ? '' : `, ${formatDuration(((total - step) * 1000) / rate)} left`;
  return `step ${formatCount(step)}${share}${pace}${left}`;
}
