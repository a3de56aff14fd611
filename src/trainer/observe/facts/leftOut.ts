import type { FactDetails } from '../../../core/run/facts/factLine.ts';
import type { SourcePosition } from '../../../core/run/record.ts';
import type { TrainedLayer, TrainedLayers } from '../calls/trainedLayers.ts';
import type { VariableLabels } from '../calls/variableLabels.ts';
import { positionOfOrigin, type FrameReader } from '../graph/positions.ts';
import type { FactLog } from './factLog.ts';
import type { StepWitness, WitnessedStep } from './stepWitness.ts';

export interface LeftOutTools {
  readonly facts: FactLog;
  readonly reader: FrameReader;
  readonly layers: Pick<TrainedLayers, 'layerOf'>;
  readonly labels: Pick<VariableLabels, 'labelOf' | 'isUntouched' | 'frozenAt'>;
}

/** Tells of each new graph what it leaves out: variables that are not trained, values that lead to no loss, stops that do not stop. */
export function leftOut(tools: LeftOutTools): StepWitness {
  return {
    met: (step) => {
      tellUntrained(step, tools);
      tellUnused(step, tools);
      tellBrokenStops(step, tools);
    },
  };
}

function tellUntrained(
  { origin, forward, graph }: WitnessedStep,
  { facts, reader, layers, labels }: LeftOutTools,
): void {
  const found = new Map<string, Place & Mutable<FactDetails['untrained']>>();
  const byName = new Map(forward.traced.slotted.variables.map(({ name, variable }) => [name, variable]));
  for (const { name, status, onTape } of graph.facts.variables) {
    const variable = byName.get(name);
    if (status === 'trained' || onTape.length === 0 || variable === undefined) {
      continue;
    }
    const layer = layers.layerOf(name);
    const set = status === 'frozen' ? (layer?.frozenAt ?? labels.frozenAt(variable) ?? layer?.made ?? null) : null;
    const position = positionIn(reader, set);
    // A layer's are told together; those of none, where they were frozen together.
    const key = JSON.stringify([layer === null ? position : layer.name, status]);
    const entry = found.get(key) ?? { layer, position, why: status, variables: [], untouched: [] };
    found.set(key, entry);
    entry.variables.push(labels.labelOf(name));
    if (labels.isUntouched(variable)) {
      entry.untouched.push(labels.labelOf(name));
    }
  }
  for (const { layer, position, ...details } of found.values()) {
    facts.tell(
      {
        type: 'fact',
        fact: 'untrained',
        step: origin.step,
        objective: graph.step.objective.id,
        task: null,
        layer: layer?.name ?? null,
        position,
        details,
      },
      details.why,
    );
  }
}

/** Variables on the tape, in the list, and on the way to no loss: told together where one value is computed from them last. */
function tellUnused({ origin, forward, graph }: WitnessedStep, { facts, reader, layers, labels }: LeftOutTools): void {
  const { slotted, trace } = forward.traced;
  const slots = new Map(slotted.variables.map(({ name, tensor }) => [name, tensor]));
  const outputs = new Map<number, string[]>();
  for (const { name, status, membership } of graph.facts.variables) {
    const slot = slots.get(name);
    const last = slot === undefined ? null : lastFrom(slotted.nodes, slot);
    if (status === 'trained' && membership.kind === 'unreached' && last !== null) {
      outputs.set(last, [...(outputs.get(last) ?? []), name]);
    }
  }
  for (const [tapeIndex, names] of outputs) {
    const made = trace.origins[tapeIndex];
    const layer = made?.layer ?? layers.layerOf(names.at(-1) ?? '');
    const own = made === undefined ? null : positionOfOrigin(reader, made);
    const variables = names.map((name) => labels.labelOf(name));
    const output = layer?.name ?? variables.join(', ');
    facts.tell(
      {
        type: 'fact',
        fact: 'unusedOutput',
        step: origin.step,
        objective: graph.step.objective.id,
        task: null,
        layer: layer?.name ?? null,
        position: positionIn(reader, layer?.made ?? null) ?? own,
        details: { output, variables },
      },
      output,
    );
  }
}

function tellBrokenStops({ origin, forward, graph }: WitnessedStep, { facts, reader }: LeftOutTools): void {
  const { slotted, trace } = forward.traced;
  for (const { of, usedBy, around } of graph.facts.features) {
    const node = around === null ? undefined : slotted.nodes[around];
    const leaves = node === undefined ? undefined : trace.origins[node.tapeIndex];
    if (node === undefined || leaves === undefined) {
      continue;
    }
    facts.tell({
      type: 'fact',
      fact: 'brokenStop',
      step: origin.step,
      objective: graph.step.objective.id,
      task: usedBy,
      layer: leaves.layer?.name ?? null,
      position: positionOfOrigin(reader, leaves),
      details: { of, op: node.kernel },
    });
  }
}

/** The place on the tape of the last node that a tensor leads to; null: it leads nowhere. */
function lastFrom(nodes: WitnessedStep['forward']['traced']['slotted']['nodes'], tensor: number): number | null {
  const reached = new Set([tensor]);
  let last: number | null = null;
  for (const { inputs, outputs, tapeIndex } of nodes) {
    if (inputs.some((input) => reached.has(input))) {
      outputs.forEach((output) => reached.add(output));
      last = tapeIndex;
    }
  }
  return last;
}

function positionIn(reader: FrameReader, error: Error | null): SourcePosition | null {
  return error === null ? null : (reader.framesOf(error)[0] ?? null);
}

interface Place {
  readonly layer: TrainedLayer | null;
  readonly position: SourcePosition | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
