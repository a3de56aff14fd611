import type { TrainedLayers } from '../calls/trainedLayers.ts';
import type { VariableLabels } from '../calls/variableLabels.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness, WitnessedStep } from './stepWitness.ts';

/** So often must two objectives have followed each other, each way: trained in turn, not one after the other. */
const TURNS = 3;

interface Trains {
  readonly id: string;
  readonly names: ReadonlySet<string>;
  /** The script gave the list; else tfjs took all variables that it knows. */
  readonly listed: boolean;
  readonly step: WitnessedStep['graph']['step'];
  /** By the objective that came before: how often this one followed it. */
  readonly after: Map<string, number>;
}

/**
 * Notices an objective without a list of variables that moves what another one has in its list, in turn with it: the discriminator
 * of a GAN that trains the generator.
 */
export function foreignVariables(
  facts: FactLog,
  layers: Pick<TrainedLayers, 'layerOf'>,
  labels: Pick<VariableLabels, 'labelOf'>,
): StepWitness {
  const known = new Map<string, Trains>();
  const told = new Set<string>();
  let last: Trains | null = null;

  const tell = (whole: Trains, part: Trains, step: number): void => {
    const own = (name: string): string => layers.layerOf(name)?.model ?? '';
    const others = new Set([...whole.names].filter((name) => !part.names.has(name)).map(own));
    const models = new Set([...part.names].map(own).filter((model) => model !== '' && !others.has(model)));
    const { objective } = whole.step;
    facts.tell(
      {
        type: 'fact',
        fact: 'foreignVariables',
        step,
        objective: objective.id,
        task: null,
        layer: null,
        position: objective.position,
        details: {
          other: part.step.objective.name,
          models: [...models],
          variables: [...part.names].map((name) => labels.labelOf(name)),
        },
      },
      part.id,
    );
  };

  return {
    seen: ({ origin, graph }) => {
      const { id } = graph.step.objective;
      if (last?.id === id) {
        return;
      }
      const now = known.get(id) ?? {
        id,
        names: new Set(
          graph.facts.variables
            .filter(({ status, onTape }) => status === 'trained' && onTape.length > 0)
            .map(({ name }) => name),
        ),
        listed: origin.context.listed,
        step: graph.step,
        after: new Map<string, number>(),
      };
      known.set(id, now);
      const before = last;
      last = now;
      if (before === null || told.has(`${before.id} ${id}`)) {
        return;
      }
      now.after.set(before.id, (now.after.get(before.id) ?? 0) + 1);
      if ((now.after.get(before.id) ?? 0) < TURNS || (before.after.get(id) ?? 0) < TURNS) {
        return;
      }
      told.add(`${before.id} ${id}`).add(`${id} ${before.id}`);
      for (const [whole, part] of [
        [now, before],
        [before, now],
      ] as const) {
        const isPart = part.names.size < whole.names.size && [...part.names].every((name) => whole.names.has(name));
        if (!whole.listed && part.listed && isPart) {
          tell(whole, part, origin.step);
        }
      }
    },
  };
}
