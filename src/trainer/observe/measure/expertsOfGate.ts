import { handsOn, products } from './gates.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';

/** What puts the experts' outputs side by side. */
const joins = new Set(['Pack', 'Concat']);

/**
 * The nodes that make the experts' outputs which a gate weighs, in the gate's order: the gate's weights are multiplied with all of
 * them side by side. Null where they are weighed in another way.
 * @param gate The softmax, as a position in `tape.nodes`
 */
export function madeOf(tape: SlottedTape, gate: number): readonly number[] | null {
  const experts = tape.tensors[tape.nodes[gate]?.outputs[0] ?? -1]?.shape.at(-1);
  const joined = weighedBy(tape, gate);
  const inputs = joined === null ? [] : (tape.nodes[joined]?.inputs ?? []);
  return inputs.length !== experts ? null : inputs.map((input) => behind(tape, input, () => false) ?? -1);
}

/** The join that the gate's weights are multiplied with. */
function weighedBy(tape: SlottedTape, gate: number): number | null {
  const weights = new Set(tape.nodes[gate]?.outputs);
  for (const { kernel, inputs, outputs } of tape.nodes.slice(gate + 1)) {
    if (!inputs.some((input) => weights.has(input))) {
      continue;
    }
    const others = inputs.filter((input) => !weights.has(input));
    const [join] = others.flatMap((other) => behind(tape, other, (name) => joins.has(name)) ?? []);
    if (products.has(kernel) && join !== undefined && joins.has(tape.nodes[join]?.kernel ?? '')) {
      return join;
    }
    if (handsOn.test(kernel)) {
      outputs.forEach((output) => weights.add(output));
    }
  }
  return null;
}

/** The node that made a tensor's values, behind those that only hand them on. */
function behind(tape: SlottedTape, slot: number, isMeant: (kernel: string) => boolean): number | null {
  const node = tape.nodes.findLastIndex(({ outputs }) => outputs.includes(slot));
  const { kernel, inputs } = tape.nodes[node] ?? { kernel: '', inputs: [] };
  if (node === -1) {
    return null;
  }
  const [from] = inputs;
  const passes = !isMeant(kernel) && inputs.length === 1 && handsOn.test(kernel) && from !== undefined;
  return passes ? behind(tape, from, isMeant) : node;
}
