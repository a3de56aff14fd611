import { toRecorded } from '../../../core/run/numbers.ts';
import type { TrainedLayers } from '../calls/trainedLayers.ts';
import type { VariableLabels } from '../calls/variableLabels.ts';
import { kernelPaths, type Kernel } from '../graph/kernelPaths.ts';
import type { FrameReader } from '../graph/positions.ts';
import { floatsOf, type EngineInternals } from '../tape/engineInternals.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness } from './stepWitness.ts';

/** Tells which kernels lie first and last on each task's way, and how large the widest of them starts. */
export function kernelStarts(
  engine: EngineInternals,
  facts: FactLog,
  reader: FrameReader,
  layers: Pick<TrainedLayers, 'layerOf'>,
  labels: Pick<VariableLabels, 'labelOf' | 'madeAt'>,
): StepWitness {
  const told = new Set<string>();
  const gains = new Map<string, number>();
  /** Standard deviation times the root of the inputs, as it was when first asked for. */
  const gainOf = ({ variable, inputs }: Kernel): number => {
    const gain = gains.get(variable.name) ?? deviation(floatsOf(engine, variable)) * Math.sqrt(inputs);
    gains.set(variable.name, gain);
    return gain;
  };
  return {
    met: ({ origin, graph, forward }) => {
      for (const { task, kernels } of kernelPaths(graph, forward.traced)) {
        const [first, last] = [kernels[0], kernels.at(-1)];
        if (told.has(task) || first === undefined || last === undefined) {
          continue;
        }
        told.add(task);
        const widest = kernels.reduce((most, each) => (gainOf(each) > gainOf(most) ? each : most));
        const { name } = widest.variable;
        const layer = layers.layerOf(name);
        const made = layer?.made ?? labels.madeAt(name);
        facts.tell({
          type: 'fact',
          fact: 'kernels',
          step: origin.step,
          objective: graph.step.objective.id,
          task,
          layer: layer?.name ?? null,
          position: made === null ? null : (reader.framesOf(made)[0] ?? null),
          details: {
            first: labels.labelOf(first.variable.name),
            last: labels.labelOf(last.variable.name),
            count: kernels.length,
            widest: labels.labelOf(name),
            gain: toRecorded(gainOf(widest)),
          },
        });
      }
    },
  };
}

function deviation(values: Float32Array): number {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}
