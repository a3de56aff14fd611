import type * as Tf from '@tensorflow/tfjs';
import { measureGroup, type VariableProducts } from '../../../core/measure/groupMeasure.ts';
import type { GroupMeasure, Term } from '../../../core/run/record.ts';
import type { OptimizerSlot } from '../calls/optimizerCalls.ts';
import { isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import { optimizerMetric } from './optimizerMetric.ts';
import type { Reductions } from './reductions.ts';
import type { TermGradients } from './termGradients.ts';

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
 * Per trained variable that the total reaches: its gradients by term, and in the optimizer's metric where the optimizer is
 * known. The gradients are those before any clipping: it scales all alike, and changes no share but by way of the moments, which
 * the clipped gradient enters. Call it inside a tidy.
 */
export function variableGradients(
  engine: EngineInternals,
  reductions: Reductions,
  xs: readonly Tf.Tensor[],
  { combined, perTerm }: TermGradients,
  terms: readonly Term[],
  { slotOf, clipNorm }: ComingUpdate,
): MeasuredVariable[] {
  const squares = combined.map((total) => (total === undefined ? 0 : reductions.squaredNorm(total)));
  const norm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  const clipped = (total: Tf.Tensor): Tf.Tensor =>
    clipNorm === undefined || !(norm > clipNorm)
      ? total
      : engine.runKernel('Multiply', {
          a: total,
          b: engine.makeTensor(Float32Array.of(clipNorm / norm), [], 'float32'),
        });
  return xs.flatMap((x, index): MeasuredVariable[] => {
    const total = combined[index];
    const own = perTerm[index];
    if (total === undefined || own === undefined || !isVariable(x)) {
      return [];
    }
    const slot = slotOf(x.name);
    const metric =
      slot === null ? null : optimizerMetric(engine, slot.optimizer, slot.className, slot.slot, clipped(total));
    const gram = reductions.gram(own.gradients);
    return [
      {
        name: x.name,
        terms: own.terms.map((term) => terms[term]?.id ?? ''),
        gram,
        metricGram:
          metric === null || metric === 'identity' ? metric && gram : reductions.metricGram(own.gradients, metric),
        totalSquared: squares[index] ?? 0,
      },
    ];
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
