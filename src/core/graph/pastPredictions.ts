import { predictionOf, type LossGraph } from './lossGraph.ts';

/**
 * The tensors that a task's prediction alone makes: itself, what the loss makes of it, and what another task makes of it before
 * a variable of its own comes in.
 */
export function pastPredictions(graph: LossGraph): Set<number> {
  const past = new Set<number>();
  const variables = graph.variables.map(({ tensor }) => tensor);
  for (const { tensor: loss } of graph.losses) {
    const prediction = predictionOf(graph, loss);
    if (prediction === null) {
      continue;
    }
    const around = descendants(graph, variables, prediction);
    for (const tensor of descendants(graph, [prediction])) {
      if (!around.has(tensor)) {
        past.add(tensor);
      }
    }
  }
  return past;
}

/** The tensors that were computed from `sources`, themselves included. `without` is treated as if nothing made it. */
export function descendants(graph: Pick<LossGraph, 'nodes'>, sources: Iterable<number>, without?: number): Set<number> {
  const found = new Set(sources);
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.some((input) => found.has(input))) {
      for (const output of outputs) {
        if (output !== without) {
          found.add(output);
        }
      }
    }
  }
  return found;
}
