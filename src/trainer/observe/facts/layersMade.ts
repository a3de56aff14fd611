import { toRecorded } from '../../../core/run/numbers.ts';
import type { TrainedLayers } from '../calls/trainedLayers.ts';
import type { FrameReader } from '../graph/positions.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness } from './stepWitness.ts';

/** Tells of every layer that trains where it was made, at the first step that runs it. */
export function layersMade(facts: FactLog, reader: FrameReader, layers: TrainedLayers): StepWitness {
  return {
    seen: ({ origin: { step, fit }, forward }) => {
      for (const { name, made, kind, activation, model, dropout } of layers.takeNew()) {
        const position = made === null ? null : (reader.framesOf(made)[0] ?? null);
        const about = { step, objective: null, task: null, layer: name, position };
        const owner = model ?? fit?.modelName ?? null;
        facts.tell({ type: 'fact', fact: 'layerMade', ...about, details: { kind, activation, model: owner } });
        // Outside training it lets everything through, and leaves nothing on the tape.
        const drops = forward.traced.trace.origins.some(({ layer }) => layer?.name === name);
        if (dropout !== null && dropout.rate > 0 && drops) {
          const details = { seed: dropout.seed, rate: toRecorded(dropout.rate) };
          facts.tell({ type: 'fact', fact: 'repeatedDropout', ...about, details });
        }
      }
    },
  };
}
