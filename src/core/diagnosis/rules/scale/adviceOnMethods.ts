import { methodAdvice } from '../../../advice/methodAdvice.ts';
import { replayMethods } from '../../../advice/replay.ts';
import type { Run } from '../../../run/run.ts';
import type { Advice } from '../../finding.ts';
import type { RunView } from '../../runView.ts';

/** Looks that a replay for advice rests on: its figures are middle values, and a diagnosis must not take seconds. */
const LOOKS_REPLAYED = 40;

/** The last advice of a run, with what was known when it was made: several findings ask for the same. */
const given = new WeakMap<Run, { readonly key: string; readonly advice: readonly Advice[] }>();

/** Which weighting methods would have moved the shared variables otherwise; empty where nothing can be replayed. */
export function adviceOnMethods(view: RunView, objective: string): readonly Advice[] {
  const key = [objective, view.upTo, view.steps.length, view.windows.length].join(' ');
  const known = given.get(view.run);
  if (known?.key === key) {
    return known.advice;
  }
  const replay = replayMethods(view.run, objective, view.upTo, LOOKS_REPLAYED);
  const advice = replay === null ? [] : methodAdvice(replay, (task) => view.nameOf(task));
  given.set(view.run, { key, advice });
  return advice;
}
