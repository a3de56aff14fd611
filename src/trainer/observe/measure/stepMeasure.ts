import type * as Tf from '@tensorflow/tfjs';
import { termMasks } from '../../../core/graph/termMasks.ts';
import { measureGroup, type VariableGradients } from '../../../core/measure/groupMeasure.ts';
import type { GroupMeasure, Term } from '../../../core/run/record.ts';
import type { WalkNode } from '../tape/backwardWalk.ts';
import { floatsOf, isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import type { ObservedForward, TermReading } from '../tape/observedForward.ts';
import { optimizerMetric } from './optimizerMetric.ts';
import type { OptimizerSlot } from '../calls/optimizerCalls.ts';
import { termGradients, type TermGradients } from './termGradients.ts';

/** The terms of a step with what was read of them, in the objective's order. */
export function readings(forward: ObservedForward): TermReading[] {
  return forward.regularisers === null ? [...forward.tasks] : [...forward.tasks, forward.regularisers];
}

/**
 * The gradients of every term, by one ordinary backward walk and what it takes beside it. Call it inside a tidy.
 * @param afterCombined Called between the ordinary walk and the others.
 */
export function walkTerms(
  engine: EngineInternals,
  forward: ObservedForward,
  nodes: readonly WalkNode[],
  xs: readonly Tf.Tensor[],
  dy: Tf.Tensor | null,
  afterCombined: () => void,
): TermGradients {
  const terms = readings(forward);
  const masks = termMasks(
    forward.slotted.nodes,
    terms.map(({ slots }) => slots),
  );
  const byId = new Map<number, bigint>();
  for (const [id, slot] of forward.slotted.slotOf) {
    byId.set(id, masks.get(slot) ?? 0n);
  }
  const leaves = terms.map((term) => term.leaves.map(({ id }) => id));
  return termGradients(engine, { nodes, total: forward.total, dy, xs, leaves, masks: byId, afterCombined });
}

/** One trained variable with its gradients. */
export interface MeasuredVariable extends VariableGradients {
  readonly name: string;
}

/**
 * Per trained variable that the total reaches: its gradients by term, and the optimizer's metric where the optimizer is
 * known.
 */
export function variableGradients(
  engine: EngineInternals,
  xs: readonly Tf.Tensor[],
  { combined, perTerm }: TermGradients,
  terms: readonly Term[],
  slotOf: (variable: string) => OptimizerSlot | null,
): MeasuredVariable[] {
  return xs.flatMap((x, index) => {
    const gradient = combined[index];
    const own = perTerm[index];
    if (gradient === undefined || own === undefined || !isVariable(x)) {
      return [];
    }
    const total = floatsOf(engine, gradient);
    const slot = slotOf(x.name);
    const metric = slot === null ? null : optimizerMetric(engine, slot.optimizer, slot.className, slot.slot, total);
    return [
      {
        name: x.name,
        terms: own.terms.map((term) => terms[term]?.id ?? ''),
        gradients: own.gradients,
        total,
        metric,
      },
    ];
  });
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
