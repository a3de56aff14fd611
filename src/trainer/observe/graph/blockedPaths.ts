import { ancestors } from '../../../core/graph/lossGraph.ts';
import type { CutKind } from '../../../core/run/record.ts';
import { walkBack, type GradientMap, type WalkNode } from '../tape/backwardWalk.ts';
import { floatsOf, isZero, type EngineInternals } from '../tape/engineInternals.ts';
import type { NodeOrigin } from '../tape/forwardTrace.ts';
import { cutAtNode, zeroGradientOps, type CutFact, type FactsInput } from './graphFacts.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';

export interface BlockedSearch {
  readonly tape: SlottedTape;
  readonly nodes: readonly WalkNode[];
  readonly origins: readonly NodeOrigin[];
  readonly task: string;
  /** Tensor id of the task's loss, and the total's derivative by it. */
  readonly leaf: number;
  readonly seed: Float32Array;
  readonly leafShape: readonly number[];
  /** Variables of the task whose gradient is exactly 0. */
  readonly variables: readonly string[];
  readonly positionOf: FactsInput['positionOf'];
}

const activations = new Set(['Relu', 'Relu6', 'LeakyRelu', 'Prelu', 'Elu', 'Selu', 'Softplus', 'Sigmoid', 'Tanh']);

/**
 * Where a task's gradient turns to zero: the nodes that a gradient other than 0 enters and only zeros leave. Walks the
 * task's part of the tape once more. Call it inside a tidy.
 */
export function findBlocks(engine: EngineInternals, search: BlockedSearch): CutFact[] {
  const reach = ancestors(search.tape, [search.tape.slotOf.get(search.leaf) ?? -1]);
  const nodes = search.nodes.filter(({ node }) =>
    node.outputs.some(({ id }) => reach.has(search.tape.slotOf.get(id) ?? -1)),
  );
  const left = new Map<WalkNode, boolean>();
  // A weight of 0 seeds zeros: walk from 1 instead, the path is the same.
  const seed = isZero(search.seed) ? new Float32Array(search.seed.length).fill(1) : Float32Array.from(search.seed);
  const gradients: GradientMap = new Map([[search.leaf, engine.makeTensor(seed, [...search.leafShape], 'float32')]]);
  walkBack(engine, nodes, gradients, {
    enter: (walkNode, map) => {
      const entering = walkNode.node.outputs.flatMap(({ id }) => map.get(id) ?? []);
      const live = entering.some((gradient) => !isZero(floatsOf(engine, gradient)));
      if (live) {
        left.set(walkNode, false);
      }
      return entering.length > 0;
    },
    contribute: (walkNode, _, gradient) => {
      if (left.get(walkNode) === false && !isZero(floatsOf(engine, gradient))) {
        left.set(walkNode, true);
      }
    },
  });
  const cuts: CutFact[] = [];
  for (const [walkNode, live] of left) {
    if (live || zeroGradientOps.has(walkNode.node.kernelName)) {
      // Ops that never carry a gradient are found on the tape itself.
      continue;
    }
    const inputs = walkNode.inputNames.map(
      (name) => search.tape.slotOf.get(walkNode.node.inputs[name]?.id ?? -1) ?? -1,
    );
    const above = ancestors(search.tape, inputs);
    const variables = search.tape.variables
      .filter(({ name, tensor }) => above.has(tensor) && search.variables.includes(name))
      .map(({ name }) => name);
    if (variables.length > 0) {
      const origin = search.origins[walkNode.tapeIndex];
      const kind = blockKind(walkNode, origin);
      cuts.push(cutAtNode(kind, walkNode, origin, [{ task: search.task, variables }], search.positionOf));
    }
  }
  return cuts;
}

function blockKind({ node }: WalkNode, origin: NodeOrigin | undefined): CutKind {
  if (origin?.custom === true) {
    return 'customGradient';
  }
  return activations.has(node.kernelName) ? 'dead' : 'blocked';
}
