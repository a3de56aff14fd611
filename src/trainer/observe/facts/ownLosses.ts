import type { SourcePosition } from '../../../core/run/record.ts';
import { framesInForward, type FrameReader } from '../graph/positions.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness } from './stepWitness.ts';

/** Tells where the script's own functions compute the losses that it has handed over to fit, or to the library. */
export function ownLosses(facts: FactLog, reader: FrameReader): StepWitness {
  return {
    met: ({ origin, forward, graph }) => {
      const { found } = forward.losses;
      // Of a loop of its own, a term's own position says it.
      if (found.from === 'tape') {
        return;
      }
      found.tasks.forEach((slot, index) => {
        const task = graph.step.terms[index]?.id;
        const made = madeByScript(forward.traced.slotted, slot, graph, reader);
        if (task !== undefined && made !== null) {
          facts.tell({
            type: 'fact',
            fact: 'ownLoss',
            step: origin.step,
            objective: graph.step.objective.id,
            task,
            layer: null,
            position: made.position,
            details: { op: made.op },
          });
        }
      });
    },
  };
}

/** The last operation of the script's own on the way to a loss; null where layers come before any: the loss is tfjs's. */
function madeByScript(
  { nodes }: Pick<SlottedTape, 'nodes'>,
  loss: number,
  { origins }: SeenGraph,
  reader: FrameReader,
): { readonly op: string; readonly position: SourcePosition } | null {
  const wanted = new Set([loss]);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at];
    if (node?.outputs.some((output) => wanted.has(output)) !== true) {
      continue;
    }
    const origin = origins[node.tapeIndex];
    if (origin === undefined || origin.layer !== null) {
      return null;
    }
    const [position] = origin.error === null ? [] : framesInForward(reader, origin.error);
    if (position !== undefined) {
      return { op: node.kernel, position };
    }
    node.inputs.forEach((input) => wanted.add(input));
  }
  return null;
}
