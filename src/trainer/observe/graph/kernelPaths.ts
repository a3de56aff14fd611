import type * as Tf from '@tensorflow/tfjs';
import type { SlottedTape } from '../tape/slottedTape.ts';
import type { TracedTape } from '../tape/observedForward.ts';
import type { SeenGraph } from './seenGraphs.ts';

/** The trained kernels between a task's inputs and its loss. */
export interface KernelPath {
  /** Term id. */
  readonly task: string;
  /** In the order of the way: the first lies furthest from the loss. At least two. */
  readonly kernels: readonly Kernel[];
}

export interface Kernel {
  readonly variable: Tf.Variable;
  /** How many inputs one unit adds up. */
  readonly inputs: number;
}

const known = new WeakMap<SeenGraph, readonly KernelPath[]>();

/** The kernels on the way of each task that has two or more of them. */
export function kernelPaths(graph: SeenGraph, traced: TracedTape): readonly KernelPath[] {
  const found = known.get(graph) ?? findPaths(graph, traced.slotted);
  known.set(graph, found);
  return found;
}

function findPaths({ facts, losses, step }: SeenGraph, tape: SlottedTape): KernelPath[] {
  const trained = new Set(facts.variables.filter(({ status }) => status === 'trained').map(({ name }) => name));
  const candidates = tape.variables.filter(
    ({ name, variable }) =>
      trained.has(name) && variable.rank >= 2 && variable.size > 1 && variable.dtype === 'float32',
  );
  return losses.found.tasks.flatMap((loss, index): KernelPath[] => {
    const distance = distancesTo(tape, loss);
    const kernels = candidates
      .flatMap(({ tensor, variable }) => {
        const far = distance.get(tensor);
        return far === undefined ? [] : [{ variable, inputs: inputsOf(tape, tensor, variable.shape), far }];
      })
      .sort((a, b) => b.far - a.far);
    return kernels.length < 2 ? [] : [{ task: step.terms[index]?.id ?? '', kernels }];
  });
}

/** The longest way from each tensor to `loss`, in nodes of the tape. */
function distancesTo(tape: SlottedTape, loss: number): Map<number, number> {
  const distance = new Map<number, number>([[loss, 0]]);
  for (const { inputs, outputs } of tape.nodes.toReversed()) {
    const far = Math.max(...outputs.map((output) => distance.get(output) ?? -1));
    if (far >= 0) {
      inputs.forEach((input) => distance.set(input, Math.max(distance.get(input) ?? 0, far + 1)));
    }
  }
  return distance;
}

/** A row of a table that is looked up adds up nothing; a depthwise filter sees one channel. */
function inputsOf(tape: SlottedTape, slot: number, shape: readonly number[]): number {
  const used = tape.nodes.filter(({ inputs }) => inputs.includes(slot)).map(({ kernel }) => kernel);
  if (used.some((kernel) => kernel === 'GatherV2')) {
    return 1;
  }
  const summed = used.some((kernel) => /depthwise/i.test(kernel)) ? shape.slice(0, 2) : shape.slice(0, -1);
  return summed.reduce((product, size) => product * size, 1);
}
