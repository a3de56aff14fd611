import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals, TapeNode } from './engineInternals.ts';
import { tidyOne } from './tidyOne.ts';

/** A tape node with only those inputs that a walk must serve, as tfjs prunes them. */
export interface WalkNode {
  readonly tapeIndex: number;
  readonly node: TapeNode;
  readonly inputNames: readonly string[];
}

/** Gradients by tensor id, as they accumulate. */
export type GradientMap = Map<number, Tf.Tensor>;

export interface WalkEvents<Node extends WalkNode = WalkNode> {
  /** Before a node's gradient is taken: the gradients of its outputs are complete. False skips the node. */
  enter?(node: Node, gradients: GradientMap): boolean;
  /** A gradient for one input, before it is added to what is there. */
  contribute?(node: Node, inputName: string, gradient: Tf.Tensor): void;
}

/**
 * The nodes of `tape` that lie on a path from one of `xs` to `y`, in tape order, each with the inputs that depend on
 * `xs`: what tfjs differentiates through.
 */
export function nodesBetween(tape: readonly TapeNode[], xs: readonly Tf.Tensor[], y: Tf.Tensor): WalkNode[] {
  const fromX = new Set(xs.map(({ id }) => id));
  const dependent: boolean[] = tape.map((node) => {
    const depends = Object.values(node.inputs).some(({ id }) => fromX.has(id));
    if (depends) {
      for (const output of node.outputs) {
        fromX.add(output.id);
      }
    }
    return depends;
  });
  const toY = new Set([y.id]);
  const walk: WalkNode[] = [];
  for (let tapeIndex = tape.length - 1; tapeIndex >= 0; tapeIndex--) {
    const node = tape[tapeIndex];
    if (node?.outputs.some(({ id }) => toY.has(id)) !== true) {
      continue;
    }
    for (const { id } of Object.values(node.inputs)) {
      toY.add(id);
    }
    if (dependent[tapeIndex] === true) {
      const inputNames = Object.keys(node.inputs).filter((name) => fromX.has(idOf(node, name)));
      walk.push({ tapeIndex, node, inputNames });
    }
  }
  return walk.reverse();
}

/**
 * Walks back through `nodes`, adding to `gradients` in tfjs's own order, so that the result has the bits of an
 * ordinary backward pass. Call it inside a tidy: what is left over is the caller's scope's to dispose.
 * @throws As tfjs does: for an op without gradient, or a gradient of the wrong type or shape.
 */
export function walkBack<Node extends WalkNode>(
  engine: EngineInternals,
  nodes: readonly Node[],
  gradients: GradientMap,
  events: WalkEvents<Node> = {},
): void {
  for (let i = nodes.length - 1; i >= 0; i--) {
    const walkNode = nodes[i];
    if (walkNode === undefined || events.enter?.(walkNode, gradients) === false) {
      continue;
    }
    const { node, inputNames } = walkNode;
    if (node.gradient === undefined) {
      throw new Error(`Cannot compute gradient: gradient function not found for ${node.kernelName}.`);
    }
    const inputGradients = node.gradient(node.outputs.map(({ id }) => gradients.get(id) ?? null));
    for (const inputName of inputNames) {
      const differentiate = inputGradients[inputName];
      if (differentiate === undefined) {
        throw new Error(
          `Cannot backprop through input ${inputName}. Available gradients found: ${Object.keys(inputGradients).join()}.`,
        );
      }
      const gradient = tidyOne(engine, differentiate);
      checkGradient(node, inputName, gradient);
      events.contribute?.(walkNode, inputName, gradient);
      accumulate(engine, gradients, idOf(node, inputName), gradient);
    }
  }
}

/** Adds `gradient` to what has come for the tensor so far; the earlier sum is disposed of. */
export function accumulate(engine: EngineInternals, gradients: GradientMap, id: number, gradient: Tf.Tensor): void {
  const current = gradients.get(id);
  if (current === undefined) {
    gradients.set(id, gradient);
    return;
  }
  gradients.set(id, engine.runKernel('Add', { a: current, b: gradient }));
  current.dispose();
}

function checkGradient(node: TapeNode, inputName: string, gradient: Tf.Tensor): void {
  if (gradient.dtype !== 'float32') {
    throw new Error(
      `Error in gradient for op ${node.kernelName}. The gradient of input ${inputName} must have 'float32' dtype, ` +
        `but has '${gradient.dtype}'`,
    );
  }
  const shape = node.inputs[inputName]?.shape ?? [];
  if (gradient.shape.length !== shape.length || gradient.shape.some((size, axis) => size !== shape[axis])) {
    throw new Error(
      `Error in gradient for op ${node.kernelName}. The gradient of input '${inputName}' has shape ` +
        `'${gradient.shape.join()}', which does not match the shape of the input '${shape.join()}'`,
    );
  }
}

function idOf(node: TapeNode, inputName: string): number {
  return node.inputs[inputName]?.id ?? -1;
}
