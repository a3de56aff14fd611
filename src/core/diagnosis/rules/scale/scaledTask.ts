import { weightAdvice, type ScaledTask } from '../../../advice/weightAdvice.ts';
import { mean } from '../../../measure/seriesInterval.ts';
import type { Objective } from '../../../run/record.ts';
import type { Advice } from '../../finding.ts';
import type { RunView } from '../../runView.ts';
import { optimizerOf } from './meeting.ts';
import { normaliserOf, targetsOf } from './normaliser.ts';

/** What the advice on weights and targets rests on, read off the run; empty where a loss of either is not known. */
export function adviceOnScale(
  view: RunView,
  objective: Objective,
  large: string,
  small: string,
  gap: number,
): Advice[] {
  const [one, other] = [scaledTask(view, objective, large), scaledTask(view, objective, small)];
  const tower = view.groups.find(({ kind, tasks }) => kind === 'tower' && tasks[0] === large) ?? null;
  return one === null || other === null
    ? []
    : weightAdvice({ large: one, small: other, gap, optimizer: optimizerOf(view, objective, tower?.id ?? ''), tower });
}

/** Steps that a first loss is averaged over, at most, and the last one. */
const [FIRST, LAST] = [5, 20];

function scaledTask(view: RunView, objective: Objective, task: string): ScaledTask | null {
  const raw = view
    .lossSeries(task, 'raw', objective.id)
    .map(({ value }) => value)
    .filter(Number.isFinite);
  const weight = view.lossSeries(task, 'weight', objective.id).at(-1)?.value ?? NaN;
  const [start, recent] = [mean(raw.slice(0, FIRST)), mean(raw.slice(-LAST))];
  if (!Number.isFinite(weight) || weight === 0 || !(start > 0) || !(recent > 0)) {
    return null;
  }
  const targets = targetsOf(view, task);
  return {
    task,
    name: view.nameOf(task),
    weight,
    start,
    recent,
    targets:
      targets === null || targets.isClass || targets.variance <= 0
        ? null
        : { mean: targets.mean, deviation: Math.sqrt(targets.variance) },
    variance: normaliserOf(view, task, start),
  };
}
