import type * as Tf from '@tensorflow/tfjs';
import { isSingle, termMasks, termsIn } from '../../../core/graph/termMasks.ts';
import { nodesBetween, type WalkNode } from '../tape/backwardWalk.ts';
import { isVariable, type TapeNode } from '../tape/engineInternals.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';

/** Where one term's gradient first meets those of others. */
export interface Crossing {
  readonly term: number;
  /** The tasks' gradients are compared here: at a tensor of the trunk, not at a weight that happens to be shared too. */
  readonly atBoundary: boolean;
}

/** A node of the walk, and what the structure says of it. */
export interface TermNode extends WalkNode {
  /** Of the step that was looked at last: a node for each step would be garbage at every step. */
  node: TapeNode;
  /** The terms that it leads to. */
  readonly mask: bigint;
  /** By input: where this node is one term's alone, and the input several terms'. */
  readonly crossings: ReadonlyMap<string, Crossing> | null;
  /** One of its outputs is a loss. */
  readonly isLeaf: boolean;
  /** Its inputs that are xs themselves. */
  readonly givesToXs: readonly string[];
}

/** What stays the same from step to step for tapes of one structure: who leads to what. */
export interface TermStructure {
  readonly nodes: readonly TermNode[];
  /** Per x: the terms that it leads to. */
  readonly masksOfXs: readonly bigint[];
  /** Numbers of the xs whose gradient is a sum: several nodes give to them. */
  readonly summedXs: readonly number[];
}

export interface StructureInput {
  readonly tape: readonly TapeNode[];
  readonly slotted: SlottedTape;
  readonly xs: readonly Tf.Tensor[];
  readonly total: Tf.Tensor;
  /** Per term the slots of its losses; tasks first. */
  readonly terms: readonly (readonly number[])[];
  /** How many of the terms are tasks; the rest are regularisers. */
  readonly tasks: number;
}

export function termStructure({ tape, slotted, xs, total, terms, tasks }: StructureInput): TermStructure {
  const masks = termMasks(slotted.nodes, terms);
  const leaves = new Set(terms.flat());
  const slotOf = (tensor: Tf.Tensor | undefined): number => slotted.slotOf.get(tensor?.id ?? -1) ?? -1;
  const maskOf = (tensor: Tf.Tensor | undefined): bigint => masks.get(slotOf(tensor)) ?? 0n;
  const maskOfNode = ({ outputs }: TapeNode): bigint => outputs.reduce((all, output) => all | maskOf(output), 0n);
  const walk = nodesBetween(tape, xs, total);
  // What made a tensor is walked for each term where several terms reach it, or reach other outputs of the same op: the halves
  // of a split.
  const besideShared = new Map(
    walk.flatMap(({ node }) =>
      node.outputs.length > 1 && isShared(maskOfNode(node))
        ? node.outputs.map(({ id }) => [id, maskOfNode(node)] as const)
        : [],
    ),
  );
  const meetingAt = (tensor: Tf.Tensor | undefined): bigint => besideShared.get(tensor?.id ?? -1) ?? maskOf(tensor);
  const idsOfXs = new Set(xs.map(({ id }) => id));
  const given = new Map<number, number>();
  const nodes = walk.map(({ node, tapeIndex, inputNames }) => {
    const mask = maskOfNode(node);
    const crossed = isSingle(mask) ? inputNames.filter((name) => isShared(meetingAt(node.inputs[name]))) : [];
    const [term = 0] = termsIn(mask);
    const givesToXs = inputNames.filter((name) => idsOfXs.has(node.inputs[name]?.id ?? -1));
    for (const name of givesToXs) {
      const id = node.inputs[name]?.id ?? -1;
      given.set(id, (given.get(id) ?? 0) + 1);
    }
    return {
      node,
      tapeIndex,
      inputNames,
      mask,
      crossed,
      term,
      givesToXs,
      isLeaf: node.outputs.some((o) => leaves.has(slotOf(o))),
    };
  });
  const isTrunk = (node: TapeNode, name: string): boolean => {
    const input = node.inputs[name];
    return input !== undefined && !isVariable(input);
  };
  const taskBits = (1n << BigInt(tasks)) - 1n;
  /** Not where a task meets the regularisers alone. */
  const tasksMeet = (node: TapeNode, term: number, name: string): boolean =>
    term < tasks && isShared(meetingAt(node.inputs[name]) & taskBits);
  const hasTrunk = nodes.some(({ node, crossed, term }) =>
    crossed.some((name) => tasksMeet(node, term, name) && isTrunk(node, name)),
  );
  return {
    nodes: nodes.map(({ node, tapeIndex, inputNames, mask, crossed, term, isLeaf, givesToXs }) => ({
      node,
      tapeIndex,
      inputNames,
      mask,
      isLeaf,
      givesToXs,
      crossings:
        crossed.length === 0
          ? null
          : new Map(
              crossed.map((name) => [
                name,
                // Where tasks share weights and no tensor, they meet at the weights.
                { term, atBoundary: tasksMeet(node, term, name) && (!hasTrunk || isTrunk(node, name)) },
              ]),
            ),
    })),
    masksOfXs: xs.map(maskOf),
    summedXs: [...given].flatMap(([id, times]) => (times > 1 ? [id] : [])),
  };
}

function isShared(mask: bigint): boolean {
  return mask !== 0n && !isSingle(mask);
}

/** The structure's nodes with those of a step's own tape: good until the next step. */
export function nodesOfStep({ nodes }: TermStructure, tape: readonly TapeNode[]): readonly TermNode[] {
  for (const known of nodes) {
    known.node = tape[known.tapeIndex] ?? known.node;
  }
  return nodes;
}
