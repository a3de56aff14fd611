import type * as Tf from '@tensorflow/tfjs';
import { measureGroup, type VariableProducts } from '../../../core/measure/groupMeasure.ts';
import type { GroupMeasure, Term } from '../../../core/run/record.ts';
import type { OptimizerSlot } from '../calls/optimizerCalls.ts';
import { isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import { optimizerMetric } from './optimizerMetric.ts';
import type { Reductions } from './reductions.ts';
import type { ProductsOf, TermGradients } from './termGradients.ts';

/** One trained variable with the inner products of its gradients. */
export interface MeasuredVariable extends VariableProducts {
  readonly name: string;
}

/** What is known of the update that the gradients are for. */
export interface ComingUpdate {
  /** Where a variable's moments lie. */
  readonly slotOf: (variable: string) => OptimizerSlot | null;
  /** The global norm that the gradient is clipped to before the optimizers get it. */
  readonly clipNorm: number | undefined;
}

/**
 * Inner products of a step's gradients, also in the metric of the optimizer where it is known. The gradients are those before any
 * clipping: it scales all alike, and changes no share but by way of the moments, which the clipped gradient enters. Call what comes
 * back inside the same tidy.
 */
export function productsInMetric(
  engine: EngineInternals,
  reductions: Reductions,
  xs: readonly Tf.Tensor[],
  combined: readonly (Tf.Tensor | undefined)[],
  { slotOf, clipNorm }: ComingUpdate,
): ProductsOf {
  const norm = clipNorm === undefined ? 0 : normOf(reductions, combined);
  const clipped = (total: Tf.Tensor): Tf.Tensor =>
    clipNorm === undefined || !(norm > clipNorm)
      ? total
      : engine.runKernel('Multiply', {
          a: total,
          b: engine.makeTensor(Float32Array.of(clipNorm / norm), [], 'float32'),
        });
  return (index, rows) => {
    const [x, total] = [xs[index], combined[index]];
    const slot = x === undefined || total === undefined || !isVariable(x) ? null : slotOf(x.name);
    const metric =
      slot === null || total === undefined
        ? null
        : optimizerMetric(engine, slot.optimizer, slot.className, slot.slot, clipped(total));
    if (metric === null || metric === 'identity') {
      const gram = reductions.gram(rows);
      return { gram, metricGram: metric && gram };
    }
    return reductions.grams(rows, metric);
  };
}

function normOf(reductions: Reductions, gradients: readonly (Tf.Tensor | undefined)[]): number {
  const squares = gradients.map((each) => (each === undefined ? 0 : reductions.squaredNorm(each)));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

/** Per trained variable that the total reaches. */
export function measuredVariables(
  xs: readonly Tf.Tensor[],
  { combined, perTerm }: TermGradients,
  terms: readonly Term[],
): MeasuredVariable[] {
  return xs.flatMap((x, index): MeasuredVariable[] => {
    const own = perTerm[index];
    if (own === undefined || combined[index] === undefined || !isVariable(x)) {
      return [];
    }
    const { products, totalSquared } = own;
    return [{ name: x.name, terms: own.terms.map((term) => terms[term]?.id ?? ''), ...products, totalSquared }];
  });
}

/** |g|^2 of a term's gradient of a variable; 0 where it does not reach it. */
export function squaredNormOf({ terms, gram }: MeasuredVariable, term: string): number {
  const place = terms.indexOf(term);
  return place === -1 ? 0 : (gram[place * terms.length - (place * (place - 1)) / 2] ?? 0);
}

/** By group id. */
export function measureGroups(
  variables: readonly MeasuredVariable[],
  groupOf: (variable: string) => string | undefined,
  terms: readonly Term[],
): Record<string, GroupMeasure> {
  const byGroup = new Map<string, MeasuredVariable[]>();
  for (const variable of variables) {
    const group = groupOf(variable.name);
    if (group !== undefined) {
      byGroup.set(group, [...(byGroup.get(group) ?? []), variable]);
    }
  }
  const order = terms.map(({ id }) => id);
  return Object.fromEntries([...byGroup].map(([group, members]) => [group, measureGroup(members, order)]));
}
