import type * as Tf from '@tensorflow/tfjs';
import type { LossGraph } from '../../../core/graph/lossGraph.ts';
import { isVariable, type TapeNode } from './engineInternals.ts';

/** Data that went from one tensor to another beside the tape: read and built anew, stopped, or copied to a variable. */
export interface OffTapeLink {
  readonly from: Tf.Tensor['id'];
  readonly to: Tf.Tensor['id'];
  /** Number of tape nodes that existed when `to` was made. */
  readonly at: number;
}

/**
 * A tape with its tensors numbered in order of appearance, so that two steps that ran the same operations have the
 * same numbers. All structural analysis works on these slots and is kept for as long as the signature stays the same.
 */
export interface SlottedTape {
  readonly nodes: readonly {
    readonly tapeIndex: number;
    readonly kernel: string;
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
  }[];
  /** Links as nodes of their own, by position in `extended`. */
  readonly links: readonly { readonly link: number; readonly from: number; readonly to: number }[];
  /** The tape's nodes and the links, in the order in which they happened. */
  readonly extended: LossGraph['nodes'];
  readonly slotOf: ReadonlyMap<number, number>;
  /** By slot. */
  readonly tensors: readonly Tf.Tensor[];
  readonly variables: readonly { readonly name: string; readonly tensor: number; readonly variable: Tf.Variable }[];
  /** Slots that no node of the tape made and that are no variable. */
  readonly sources: readonly number[];
  readonly signature: string;
}

export function slotTape(tape: readonly TapeNode[], links: readonly OffTapeLink[], total: Tf.Tensor): SlottedTape {
  const slotOf = new Map<number, number>();
  const tensors: Tf.Tensor[] = [];
  const variables: { name: string; tensor: number; variable: Tf.Variable }[] = [];
  const sources: number[] = [];
  const nodes: { tapeIndex: number; kernel: string; inputs: number[]; outputs: number[] }[] = [];
  const extended: { inputs: number[]; outputs: number[] }[] = [];
  const slottedLinks: { link: number; from: number; to: number }[] = [];
  const signature: string[] = [];
  const linkTargets = new Set(links.map(({ to }) => to));
  const give = (tensor: Tf.Tensor): number => {
    const slot = tensors.push(tensor) - 1;
    slotOf.set(tensor.id, slot);
    return slot;
  };
  const sourceSlot = (tensor: Tf.Tensor): number => {
    const known = slotOf.get(tensor.id);
    if (known !== undefined) {
      return known;
    }
    const slot = give(tensor);
    if (isVariable(tensor)) {
      variables.push({ name: tensor.name, tensor: slot, variable: tensor });
      signature.push(`v${slot}=${tensor.name}`);
    } else if (!linkTargets.has(tensor.id)) {
      sources.push(slot);
    }
    return slot;
  };
  let nextLink = 0;
  const passLinks = (until: number): void => {
    for (; nextLink < links.length; nextLink++) {
      const link = links[nextLink];
      if (link === undefined || link.at > until) {
        return;
      }
      const from = slotOf.get(link.from);
      // The copy shows up as an input later on, if it is used at all.
      const target = findTensor(tape, link);
      if (from !== undefined && target !== undefined) {
        const to = sourceSlot(target);
        slottedLinks.push({ link: nextLink, from, to });
        extended.push({ inputs: [from], outputs: [to] });
        signature.push(`l${from}>${to}`);
      }
    }
  };
  for (const [tapeIndex, node] of tape.entries()) {
    passLinks(tapeIndex);
    const inputs = Object.values(node.inputs).map(sourceSlot);
    const outputs = node.outputs.map((output) => slotOf.get(output.id) ?? give(output));
    nodes.push({ tapeIndex, kernel: node.kernelName, inputs, outputs });
    extended.push({ inputs, outputs });
    signature.push(`${node.kernelName}(${inputs.join()})${outputs.join()}`);
  }
  passLinks(tape.length);
  signature.push(`total ${slotOf.get(total.id) ?? give(total)}`);
  return {
    nodes,
    links: slottedLinks,
    extended,
    slotOf,
    tensors,
    variables,
    sources,
    signature: signature.join(';'),
  };
}

function findTensor(tape: readonly TapeNode[], link: OffTapeLink): Tf.Tensor | undefined {
  for (const node of tape.slice(link.at)) {
    for (const input of Object.values(node.inputs)) {
      if (input.id === link.to) {
        return input;
      }
    }
  }
  return undefined;
}
