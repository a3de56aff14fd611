import { lossFormOf } from '../../../core/graph/lossForm.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness } from './stepWitness.ts';

/** Tells of each new graph which form its losses have. */
export function lossForms(facts: FactLog): StepWitness {
  return {
    met: ({ origin, forward, graph }) => {
      const { step, objective } = { step: origin.step, objective: graph.step.objective.id };
      forward.losses.found.tasks.forEach((slot, index) => {
        const form = lossFormOf(forward.traced.slotted, slot);
        const task = graph.step.terms[index];
        if (form !== null && task !== undefined) {
          const { id, position } = task;
          facts.tell({
            type: 'fact',
            fact: 'lossForm',
            step,
            objective,
            task: id,
            layer: null,
            position,
            details: { form },
          });
        }
      });
    },
  };
}
