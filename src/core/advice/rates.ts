import { median, toNumber } from '../run/numbers.ts';
import type { RunView } from '../diagnosis/runView.ts';
import type { PacedGroup } from '../diagnosis/rules/rates/optimizersAt.ts';

/**
 * Size of an update over that of the weights, at the first steps of a run that learns well: 5e-3 to 1e-1 in small networks under SGD,
 * Momentum, Adam and RMSProp, with rates that train them in some hundred steps; it comes down to about 1e-3 later.
 */
export const GOOD_RATIO = 3e-2;

/** So many first looks tell what a small rate does; a large one has changed the weights after one. */
const LOOKS = { raise: 10, lower: 1 } as const;

/** By what the rate of these groups should be multiplied; null where nothing was measured. */
export function factorFor(groups: readonly PacedGroup[], way: 'raise' | 'lower'): number | null {
  const ratios = groups.flatMap(({ ratios }) => median(ratios.slice(0, LOOKS[way]).map(({ value }) => value)) ?? []);
  const ratio = Math.exp(ratios.reduce((sum, value) => sum + Math.log(value), 0) / ratios.length);
  return ratios.length === 0 || !Number.isFinite(ratio) ? null : GOOD_RATIO / ratio;
}

/** By what a rate is changed at once at most: a parabola is known near the step that it was measured along. */
const MOST = 1000;

export interface GroupRate {
  readonly group: string;
  /** Half of the step that is best along the optimizer's own direction, over the step that was taken; within 1/1000 and 1000. */
  readonly factor: number;
  /** The steps that it was measured at. */
  readonly steps: { readonly from: number; readonly to: number; readonly count: number };
}

/**
 * The rate that each group's own curvature asks for: along a step d of the group, the parabola through slope and bend has its bottom at
 * -slope/bend times d; for SGD that is the rate g.g / g.Hg. Half of it, since all groups step at once. Balance the losses first: with a loss
 * whose scale is far from the others' the shared group has no rate that suits both.
 */
export function groupRates(view: RunView, objective: string): GroupRate[] {
  const facts = view.facts('curvature').filter((line) => line.objective === objective);
  const groups = [...new Set(facts.map(({ details }) => details.group))];
  return groups.flatMap((group): GroupRate[] => {
    const best = facts
      .filter(({ details }) => details.group === group)
      .flatMap(({ step, details }) => {
        const factor = -toNumber(details.slope) / toNumber(details.bend);
        // Where the loss bends downwards, or the step leads uphill, there is no bottom.
        return factor > 0 && Number.isFinite(factor) ? [{ step, factor }] : [];
      });
    const middle = median(best.map(({ factor }) => factor));
    const [first, last] = [best[0], best.at(-1)];
    return middle === null || first === undefined || last === undefined
      ? []
      : [
          {
            group,
            factor: Math.min(MOST, Math.max(1 / MOST, middle / 2)),
            steps: { from: first.step, to: last.step, count: best.length },
          },
        ];
  });
}
