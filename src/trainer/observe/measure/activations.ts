import type * as Tf from '@tensorflow/tfjs';
import { ancestors } from '../../../core/graph/lossGraph.ts';
import { pastPredictions } from '../../../core/graph/pastPredictions.ts';
import { gateFigures } from '../../../core/measure/gateFigures.ts';
import { countBeyond, SilentUnits } from '../../../core/measure/unitActivity.ts';
import type { ActivationMeasure, GateMeasure } from '../../../core/run/activations.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import { floatsOf, type EngineInternals, type TapeNode } from '../tape/engineInternals.ts';
import type { ObservedForward, TracedTape } from '../tape/observedForward.ts';
import { findGates } from './gates.ts';
import { reductionsOf } from './backendReductions.ts';

/** Beyond this pre-activation, 97 % of a sigmoid's slope is gone (DeepDiagnosis looks at the same). */
const SATURATED_FROM = 5;

/** tfjs saves inputs of some kernels and outputs of others; these are the saved values' limits of saturation. */
const limits: Readonly<Record<string, readonly [low: number, high: number]>> = {
  Sigmoid: [1 / (1 + Math.exp(SATURATED_FROM)), 1 / (1 + Math.exp(-SATURATED_FROM))],
  Tanh: [-Math.tanh(SATURATED_FROM), Math.tanh(SATURATED_FROM)],
  // Flat on one side only.
  Elu: [Math.expm1(-SATURATED_FROM), Infinity],
  Selu: [-SATURATED_FROM, Infinity],
};

/** Kernels that are 0, with slope 0, for inputs up to 0; tfjs saves their inputs. */
const rectifiers = new Set(['Relu', 'Relu6']);

/** More are no layers of a network: a loop of one's own, unrolled. */
const MOST = 64;

interface Place {
  readonly layer: string | null;
  readonly op: string;
  readonly index: number;
  readonly units: number;
  /** Positions on the tape: several where a layer ran several times over. */
  readonly nodes: readonly number[];
}

export interface Places {
  readonly activations: readonly Place[];
  readonly gates: readonly Place[];
}

/** Measures what the activations and gates of a step do, from what its tape has saved; computes and changes nothing. */
export class ActivationWatch {
  readonly #places = new WeakMap<SeenGraph, Places>();
  readonly #silent = new Map<string, SilentUnits>();

  /** @param onFound Called once for each graph. */
  constructor(private readonly onFound: (graph: SeenGraph, traced: TracedTape, places: Places) => void) {}

  /** Call it while the tape's saved tensors are alive. */
  measure(
    engine: EngineInternals,
    graph: SeenGraph,
    { traced }: ObservedForward,
  ): { readonly activations: readonly ActivationMeasure[]; readonly gates: readonly GateMeasure[] } {
    const known = this.#places.get(graph);
    const places = known ?? findPlaces(graph, traced);
    if (known === undefined) {
      this.#places.set(graph, places);
      this.onFound(graph, traced, places);
    }
    return {
      activations: places.activations.flatMap((place) =>
        this.#activation(engine, traced.tape, graph.step.objective.id, place),
      ),
      gates: places.gates.flatMap((place) => gateAt(engine, traced.tape, place)),
    };
  }

  #activation(
    engine: EngineInternals,
    tape: readonly TapeNode[],
    objective: string,
    { layer, op, index, units, nodes }: Place,
  ): ActivationMeasure[] {
    const saved = savedOf(tape, nodes);
    if (saved === null || saved.some(({ shape }) => shape.at(-1) !== units)) {
      return [];
    }
    const size = saved.reduce((sum, tensor) => sum + tensor.size, 0);
    const measure = { layer, op, index, units, rows: size / units };
    const range = limits[op];
    if (range !== undefined) {
      const beyond = saved.reduce((sum, tensor) => sum + countBeyond(floatsOf(engine, tensor), ...range), 0);
      return [{ ...measure, zero: null, dead: null, saturated: toRecorded(beyond / size) }];
    }
    const lives = saved.map((tensor) => reductionsOf(engine).aliveUnits(tensor, units));
    const key = JSON.stringify([objective, layer, op, index]);
    const silent = this.#silent.get(key) ?? new SilentUnits();
    this.#silent.set(key, silent);
    // Time steps and pixels of one sample say the same thing over: samples count.
    const { silent: zero, dead } = silent.note(lives, units, saved[0]?.shape[0] ?? 0);
    return [{ ...measure, zero, dead, saturated: null }];
  }
}

function gateAt(engine: EngineInternals, tape: readonly TapeNode[], place: Place): GateMeasure[] {
  const { layer, index, units: experts } = place;
  const saved = savedOf(tape, place.nodes);
  return (saved ?? []).flatMap((tensor) => {
    if (tensor.shape.at(-1) !== experts || tensor.size === 0) {
      return [];
    }
    const { entropy, collapsed, load } = gateFigures(floatsOf(engine, tensor), experts);
    return [
      {
        layer,
        index,
        experts,
        rows: tensor.size / experts,
        entropy: toRecorded(entropy),
        collapsed: toRecorded(collapsed),
        load: load.map(toRecorded),
      },
    ];
  });
}

/** What each node has saved for its gradient; null where one is gone. */
function savedOf(tape: readonly TapeNode[], nodes: readonly number[]): Tf.Tensor[] | null {
  const saved = nodes.map((index) => tape[index]?.saved[0]);
  const alive = saved.filter((tensor) => tensor !== undefined && !tensor.isDisposed && tensor.size > 0);
  return alive.length === nodes.length ? (alive as Tf.Tensor[]) : null;
}

function findPlaces({ losses, origins }: SeenGraph, { slotted, totalSlot, tape }: TracedTape): Places {
  const reached = ancestors({ nodes: slotted.extended }, [totalSlot]);
  const past = pastPredictions({
    nodes: slotted.extended,
    variables: slotted.variables,
    losses: losses.found.tasks.map((tensor, task) => ({ task: String(task), tensor })),
  });
  const gates = new Set(findGates(slotted, past));
  const activations: Omit<Place, 'index'>[] = [];
  const gatePlaces: Omit<Place, 'index'>[] = [];
  for (const [index, { tapeIndex, kernel, outputs }] of slotted.nodes.entries()) {
    const [output = -1] = outputs;
    const shape = slotted.tensors[output]?.shape ?? [];
    if (shape.length < 2 || !reached.has(output) || tape[tapeIndex]?.saved.length === 0) {
      continue;
    }
    const layer = origins[tapeIndex]?.layer?.name ?? null;
    const place = { layer, op: kernel, units: shape.at(-1) ?? 0, nodes: [tapeIndex] };
    if (gates.has(index)) {
      gatePlaces.push(place);
    } else if (isWatched(kernel, layer, past.has(output))) {
      activations.push(place);
    }
  }
  return { activations: numbered(joined(activations)).slice(0, MOST), gates: numbered(gatePlaces).slice(0, MOST) };
}

/**
 * A confident prediction is no saturation, and a rectifier that the loss makes of a prediction (a hinge) has no units; one that
 * a layer makes can die at the output too.
 */
function isWatched(kernel: string, layer: string | null, pastPrediction: boolean): boolean {
  return (
    (limits[kernel] !== undefined && !pastPrediction) || (rectifiers.has(kernel) && !(pastPrediction && layer === null))
  );
}

/** What one layer runs several times over, with as many units, is one place: time steps, or a layer that is applied twice. */
function joined(places: readonly Omit<Place, 'index'>[]): Omit<Place, 'index'>[] {
  const byKey = new Map<string, Omit<Place, 'index'>>();
  for (const [at, place] of places.entries()) {
    const key = JSON.stringify(place.layer === null ? at : [place.layer, place.op, place.units]);
    byKey.set(key, { ...place, nodes: [...(byKey.get(key)?.nodes ?? []), ...place.nodes] });
  }
  return [...byKey.values()];
}

function numbered(places: readonly Omit<Place, 'index'>[]): Place[] {
  const seen = new Map<string, number>();
  return places.map((place) => {
    const key = JSON.stringify([place.layer, place.op]);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    return { ...place, index };
  });
}
