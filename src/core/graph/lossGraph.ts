/**
 * The graph from variables to losses, as plain numbers: a tape without tensors, so that grouping and reachability are
 * pure and serve the trainer and the runtime library alike.
 */
export interface LossGraph {
  /** In the order they ran; a tensor is produced before it is consumed. */
  readonly nodes: readonly { readonly inputs: readonly number[]; readonly outputs: readonly number[] }[];
  readonly variables: readonly { readonly name: string; readonly tensor: number }[];
  /** One per task: the tensor that holds the task's loss. */
  readonly losses: readonly { readonly task: string; readonly tensor: number }[];
}

/**
 * The tensors from which `target` was computed, itself included. `without` is treated as if nothing led to it:
 * neither it nor what only it leads to is visited.
 */
export function ancestors(graph: Pick<LossGraph, 'nodes'>, targets: Iterable<number>, without?: number): Set<number> {
  const found = new Set<number>();
  for (const target of targets) {
    if (target !== without) {
      found.add(target);
    }
  }
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    if (node?.outputs.some((output) => found.has(output)) !== true) {
      continue;
    }
    for (const input of node.inputs) {
      if (input !== without) {
        found.add(input);
      }
    }
  }
  return found;
}

/**
 * The tensor nearest to the variables that every path from a variable to `loss` passes through: in a network with
 * towers, the task's prediction (before what the loss makes of it).
 *
 * It is the lowest common dominator of all reached variables in the reversed graph rooted at `loss` (Cooper, Harvey
 * and Kennedy 2001; one pass suffices on an acyclic graph). Null where no variable leads to the loss.
 */
export function predictionOf(graph: LossGraph, loss: number): number | null {
  const depth = new Map<number, number>([[loss, 0]]);
  const dominator = new Map<number, number>();
  const common = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      if ((depth.get(x) ?? 0) >= (depth.get(y) ?? 0)) {
        x = dominator.get(x) ?? loss;
      } else {
        y = dominator.get(y) ?? loss;
      }
    }
    return x;
  };
  const meet = (tensor: number, from: number): void => {
    if (tensor === loss) {
      return;
    }
    const known = dominator.get(tensor);
    const next = known === undefined ? from : common(known, from);
    dominator.set(tensor, next);
    depth.set(tensor, (depth.get(next) ?? 0) + 1);
  };
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    for (const output of node?.outputs ?? []) {
      if (depth.has(output)) {
        for (const input of node?.inputs ?? []) {
          meet(input, output);
        }
      }
    }
  }
  let prediction: number | null = null;
  for (const { tensor } of graph.variables) {
    if (!depth.has(tensor)) {
      continue;
    }
    // The variable itself predicts nothing: start from what is made of it.
    const above = tensor === loss ? loss : (dominator.get(tensor) ?? loss);
    prediction = prediction === null ? above : common(prediction, above);
  }
  return prediction;
}
