import { haveEqualUnits } from '../../../core/measure/equalUnits.ts';
import type { FactDetails } from '../../../core/run/facts/factLine.ts';
import type { TrainedLayers } from '../calls/trainedLayers.ts';
import type { VariableLabels } from '../calls/variableLabels.ts';
import type { FrameReader } from '../graph/positions.ts';
import { floatsOf, isVariable, isZero, type EngineInternals } from '../tape/engineInternals.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness, WitnessedStep } from './stepWitness.ts';

/** Steps that a kernel is looked at. */
const STEPS = 5;

/** The same for gradients of 0, which may be a few batches' matter: none of their rows has a label of the task. */
const ZERO_STEPS = 20;

interface Suspect {
  readonly name: string;
  readonly units: number;
  readonly values: FactDetails['symmetry']['values'];
  steps: number;
}

/**
 * Looks for kernels whose units are all alike before the first update and get gradients that are all alike: whatever is trained, they
 * stay one unit. A last layer of zeros is none of them: its units have targets of their own.
 */
export function symmetricKernels(
  engine: EngineInternals,
  facts: FactLog,
  reader: FrameReader,
  layers: Pick<TrainedLayers, 'layerOf'>,
  labels: Pick<VariableLabels, 'labelOf' | 'madeAt'>,
): StepWitness {
  const looked = new Set<string>();
  const suspects = new Map<string, Suspect>();

  const suspectIn = ({ origin, graph }: WitnessedStep): void => {
    const onTape = new Set(
      graph.facts.variables.flatMap(({ name, onTape: tasks }) => (tasks.length > 0 ? [name] : [])),
    );
    for (const x of origin.xs) {
      if (!isVariable(x) || looked.has(x.name) || !onTape.has(x.name)) {
        continue;
      }
      looked.add(x.name);
      const units = x.shape.at(-1) ?? 0;
      if (x.rank < 2 || x.dtype !== 'float32' || units < 2 || x.size === 0) {
        continue;
      }
      const values = floatsOf(engine, x);
      if (haveEqualUnits(values, units)) {
        suspects.set(x.name, { name: x.name, units, values: isZero(values) ? 'zero' : 'equalUnits', steps: 0 });
      }
    }
  };
  const tell = ({ name, units, values, steps }: Suspect, gradient: Float32Array, step: number): void => {
    const layer = layers.layerOf(name);
    const made = layer?.made ?? labels.madeAt(name);
    facts.tell(
      {
        type: 'fact',
        fact: 'symmetry',
        step,
        objective: null,
        task: null,
        layer: layer?.name ?? null,
        position: made === null ? null : (reader.framesOf(made)[0] ?? null),
        details: {
          variable: labels.labelOf(name),
          values,
          gradient: isZero(gradient) ? 'zero' : 'equalUnits',
          units,
          steps,
        },
      },
      name,
    );
  };

  return {
    met: suspectIn,
    walked: ({ origin }, gradients) => {
      if (suspects.size === 0) {
        return;
      }
      for (const [i, x] of origin.xs.entries()) {
        const suspect = isVariable(x) ? suspects.get(x.name) : undefined;
        const gradient = gradients[i];
        if (suspect === undefined || gradient === undefined) {
          continue;
        }
        const values = floatsOf(engine, gradient);
        suspect.steps++;
        if (!haveEqualUnits(values, suspect.units)) {
          suspects.delete(suspect.name);
        } else if (suspect.steps >= (isZero(values) ? ZERO_STEPS : STEPS)) {
          suspects.delete(suspect.name);
          tell(suspect, values, origin.step);
        }
      }
    },
  };
}
