import { mean, standardError, type Estimate } from '../../../measure/seriesInterval.ts';
import { studentQuantile } from '../../../measure/quantiles.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { RunView } from '../../runView.ts';
import { FEWEST_HALVES, HALVES_AGREE, HALVES_DISAGREE } from './thresholds.ts';

/** Product of the gradients of two halves of a batch, by a task in a shared group. */
interface Product {
  readonly step: number;
  readonly group: string;
  readonly value: number;
}

/** How far the halves' gradients agree, with its 95 % interval: 1 without noise, 0 where only noise is left. */
export interface Agreement extends Estimate {
  readonly steps: { readonly from: number; readonly to: number; readonly count: number };
}

/**
 * How far the gradients of independent halves of a batch agree, in the shared groups that a task trains: mean of <g_a, g_b> over the mean
 * squared norm of the whole batch's gradient, from a step on. Null where too few halves were looked at.
 */
export function halvesAgreement(view: RunView, task: string, from: number): number | null {
  const products = productsOf(view, task).filter(({ step }) => step >= from);
  const squares = [...new Set(products.map(({ group }) => group))].flatMap((group) =>
    [...squaresOf(view, task, group)].flatMap(([step, square]) => (step >= from ? [square] : [])),
  );
  return products.length < FEWEST_HALVES || squares.length < FEWEST_HALVES
    ? null
    : mean(products.map(({ value }) => value)) / mean(squares);
}

/**
 * The same while a task learns and its gradients shrink: mean over the steps between two of the quotient at each, all shared groups
 * together; the interval is Student's. Null where too few halves were looked at.
 */
export function agreementBetween(view: RunView, task: string, from: number, to: number): Agreement | null {
  const squares = new Map<string, ReadonlyMap<number, number>>();
  const squareAt = (group: string, step: number): number => {
    const ofGroup = squares.get(group) ?? squaresOf(view, task, group);
    squares.set(group, ofGroup);
    return ofGroup.get(step) ?? NaN;
  };
  const sums = new Map<number, { product: number; square: number }>();
  for (const { step, group, value } of productsOf(view, task)) {
    if (step >= from && step <= to) {
      const { product, square } = sums.get(step) ?? { product: 0, square: 0 };
      sums.set(step, { product: product + value, square: square + squareAt(group, step) });
    }
  }
  const quotients = [...sums].flatMap(([step, { product, square }]) =>
    square > 0 ? [{ step, value: product / square }] : [],
  );
  const [first, last] = [quotients[0], quotients.at(-1)];
  if (first === undefined || last === undefined || quotients.length < FEWEST_HALVES) {
    return null;
  }
  const values = quotients.map(({ value }) => value);
  const value = mean(values);
  const width = studentQuantile(0.975, values.length - 1) * standardError(values);
  const steps = { from: first.step, to: last.step, count: values.length };
  return { value, low: value - width, high: value + width, steps };
}

/** One half's gradient would lower the other's loss. */
export function agree(agreement: number | null): boolean {
  return agreement !== null && agreement > HALVES_AGREE;
}

/** It would not: none is seen that chance does not give, and much would have been seen. */
export function disagree({ low, high }: Agreement): boolean {
  return low <= 0 && high < HALVES_DISAGREE;
}

function productsOf(view: RunView, task: string): Product[] {
  return view.halves.flatMap(({ step, independent, groups }) =>
    independent
      ? Object.entries(groups).flatMap(([group, { terms, cross }]) => {
          const at = terms.indexOf(task);
          const value = toNumber(cross[at * terms.length + at] ?? 'NaN');
          return at !== -1 && Number.isFinite(value) ? [{ step, group, value }] : [];
        })
      : [],
  );
}

/** Squared norms of the whole batch's gradient, by step. */
function squaresOf(view: RunView, task: string, group: string): ReadonlyMap<number, number> {
  return new Map(
    view
      .groupSeries(group, task, 'norm')
      .flatMap(({ step, value }) => (Number.isFinite(value) ? [[step, value ** 2]] : [])),
  );
}
