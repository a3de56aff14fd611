import type { FactLine } from '../../../core/run/record.ts';
import { positionOfOrigin, type FrameReader } from '../graph/positions.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import { madeOf } from '../measure/expertsOfGate.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';
import type { FactLog } from './factLog.ts';

/** An activation or a gate that step lines have figures of. */
export interface UnitsPlace {
  readonly layer: string | null;
  readonly op: string;
  readonly index: number;
  /** Positions on the tape. */
  readonly nodes: readonly number[];
}

export interface UnitsTools {
  readonly facts: FactLog;
  readonly reader: FrameReader;
  readonly labelOf: (variable: string) => string;
}

/** Tells where the units are made that step lines know by layer, op and number, and by which kernel. */
export function tellUnits(
  { facts, reader, labelOf }: UnitsTools,
  step: number,
  graph: SeenGraph,
  tape: SlottedTape,
  places: readonly UnitsPlace[],
  experts: (node: number) => readonly string[] | null,
): void {
  for (const { layer, op, index, nodes } of places) {
    const [first = -1] = nodes;
    const node = tape.nodes.findIndex(({ tapeIndex }) => tapeIndex === first);
    const origin = graph.origins[first];
    const kernel = kernelBefore(tape, node);
    const line: FactLine<'units'> = {
      type: 'fact',
      fact: 'units',
      step,
      objective: graph.step.objective.id,
      task: null,
      layer,
      position: origin === undefined ? null : positionOfOrigin(reader, origin),
      details: { op, index, kernel: kernel === null ? null : labelOf(kernel), experts: experts(node) },
    };
    facts.tell(line, `${op} ${index}`);
  }
}

/** The name of the kernel that makes the pre-activations; null where none is near. */
function kernelBefore(tape: SlottedTape, node: number): string | null {
  const kernels = new Map(
    tape.variables.filter(({ variable }) => variable.rank >= 2).map(({ tensor, name }) => [tensor, name]),
  );
  let wanted = new Set(tape.nodes[node]?.inputs);
  for (let at = node - 1; at >= 0; at--) {
    const { inputs, outputs } = tape.nodes[at] ?? { inputs: [], outputs: [] };
    if (outputs.some((output) => wanted.has(output))) {
      const found = inputs.map((input) => kernels.get(input)).find((name) => name !== undefined);
      if (found !== undefined) {
        return found;
      }
      wanted = new Set([...wanted, ...inputs]);
    }
  }
  return null;
}

/** Names of what a gate weighs, in the gate's order; null where they cannot be told. */
export function expertNames(
  graph: SeenGraph,
  tape: SlottedTape,
  gate: number,
  labelOf: (variable: string) => string,
): readonly string[] | null {
  const made = madeOf(tape, gate);
  const names = made?.map((node) => {
    const layer = graph.origins[tape.nodes[node]?.tapeIndex ?? -1]?.layer?.name;
    const kernel = layer === undefined ? kernelBefore(tape, node) : null;
    return layer ?? (kernel === null ? null : labelOf(kernel));
  });
  return names === undefined || names.some((name) => name === null) || new Set(names).size < names.length
    ? null
    : (names as string[]);
}
