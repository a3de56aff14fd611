import type * as Tf from '@tensorflow/tfjs';
import { ancestors } from '../../../core/graph/lossGraph.ts';
import { descendants } from '../../../core/graph/pastPredictions.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';

type TapeNode = SlottedTape['nodes'][number];

/** What leaves a weight a weight: other shapes, parts of it, a mask or a scale. */
export const handsOn =
  /^(Reshape|ExpandDims|Squeeze|Slice|StridedSlice|SplitV|Unpack|Pack|Concat|Transpose|Tile|BroadcastTo|GatherV2|Identity|Cast|Multiply|RealDiv|.*__op|unnamed scope)$/;

/** Where weights meet what they weigh. tfjs records its fused product under the op's own name. */
export const products = new Set(['Multiply', 'BatchMatMul', 'Einsum', 'fusedMatMul__op']);

/**
 * The softmaxes that weigh experts, as positions in `tape.nodes`. A gate has one row per sample; its logits are made by weights
 * with a column per expert, so they are no scores of positions (attention makes those one by one, or as products of activations);
 * and it is multiplied with what other variables have made. A prediction is none.
 * @param past Slots that a prediction alone makes.
 */
export function findGates(tape: SlottedTape, past: ReadonlySet<number>): number[] {
  const variables = tape.variables.map(({ tensor }) => tensor);
  return tape.nodes.flatMap((node, index) => {
    const [logits = -1] = node.inputs;
    const [weights = -1] = node.outputs;
    const isGate =
      node.kernel === 'Softmax' &&
      shapeOf(tape, weights).length === 2 &&
      (shapeOf(tape, weights)[1] ?? 0) > 1 &&
      !past.has(weights) &&
      logitsOfExperts(tape, logits) &&
      weighs(tape, weights, descendants({ nodes: tape.extended }, variables, weights));
    return isGate ? [index] : [];
  });
}

/** Goes back through what keeps rows and columns in their places, to a product with weights that have a column per expert. */
function logitsOfExperts(tape: SlottedTape, logits: number): boolean {
  const shape = shapeOf(tape, logits);
  const experts = shape[1] ?? 0;
  const within = new Set([logits]);
  for (let i = tape.nodes.length - 1; i >= 0; i--) {
    const node = tape.nodes[i];
    if (node?.outputs.some((output) => within.has(output)) !== true) {
      continue;
    }
    if (node.inputs.length >= 2 && node.inputs.some((input) => isKernel(tape, input, node.inputs, experts))) {
      return true;
    }
    for (const input of node.inputs) {
      if (sameShape(shapeOf(tape, input), shape)) {
        within.add(input);
      }
    }
  }
  return false;
}

/** A matrix of weights, in whatever wrapping, between another input's columns and the experts. */
function isKernel(tape: SlottedTape, slot: number, inputs: readonly number[], experts: number): boolean {
  const [rows, columns] = shapeOf(tape, slot).slice(-2);
  if (rows === undefined || columns === undefined || !madeOfWeights(tape, slot)) {
    return false;
  }
  return inputs.some((other) => {
    const width = shapeOf(tape, other).at(-1);
    return other !== slot && ((columns === experts && rows === width) || (rows === experts && columns === width));
  });
}

function madeOfWeights(tape: SlottedTape, slot: number): boolean {
  const above = ancestors({ nodes: tape.extended }, [slot]);
  return tape.variables.some(({ tensor }) => above.has(tensor)) && !tape.sources.some((source) => above.has(source));
}

/** Whether the softmax's output, or a part of it, is multiplied with something that other variables have made. */
function weighs(tape: SlottedTape, weights: number, around: ReadonlySet<number>): boolean {
  const handedOn = new Set([weights]);
  return tape.nodes.some((node) => {
    const [first] = node.inputs;
    if (!node.inputs.some((input) => handedOn.has(input))) {
      return false;
    }
    const others = node.inputs.filter((input) => !handedOn.has(input));
    if (products.has(node.kernel) && others.some((other) => around.has(other))) {
      return true;
    }
    if (passes(node, first, handedOn)) {
      node.outputs.forEach((output) => handedOn.add(output));
    }
    return false;
  });
}

/** What divides by weights is no weight. */
function passes(node: TapeNode, first: number | undefined, handedOn: ReadonlySet<number>): boolean {
  return handsOn.test(node.kernel) && (node.kernel !== 'RealDiv' || (first !== undefined && handedOn.has(first)));
}

function shapeOf(tape: SlottedTape, slot: number): Tf.Tensor['shape'] {
  return tape.tensors[slot]?.shape ?? [];
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
