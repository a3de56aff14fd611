import { ancestors, predictionOf } from './lossGraph.ts';
import type { LossTape } from './lossTerms.ts';

/** How a loss holds a prediction against its target. */
export type LossForm = 'squaredError' | 'absoluteError' | 'crossEntropy';

/** Kernels, and names of tfjs's own gradients, that take a logarithm. */
const LOGARITHM = /^(?:log|log1p|logsoftmax|softmaxcrossentropy.*)$/i;
const SQUARES = new Set(['SquaredDifference', 'Square']);

/**
 * What the operations between a task's prediction and its loss make of it; null where that is not one of the usual forms: a root of
 * squares, a squared logarithm, a gradient of the script's own.
 * @param loss Tensor that holds the task's loss
 */
export function lossFormOf(tape: Pick<LossTape, 'nodes' | 'variables'>, loss: number): LossForm | null {
  const prediction = predictionOf({ nodes: tape.nodes, variables: tape.variables, losses: [] }, loss);
  if (prediction === null) {
    return null;
  }
  const toLoss = ancestors(tape, [loss]);
  const made = new Set([prediction]);
  const has = { logarithm: false, square: false, absolute: false, other: false };
  for (const { kernel, inputs, outputs } of tape.nodes) {
    if (!inputs.some((input) => made.has(input)) || !outputs.some((output) => toLoss.has(output))) {
      continue;
    }
    outputs.forEach((output) => made.add(output));
    const name = kernel.replace(/_*__op$/, '').replace(/_$/, '');
    const [first, second] = inputs;
    has.logarithm ||= LOGARITHM.test(name);
    has.square ||= SQUARES.has(name) || (name === 'Multiply' && first === second);
    has.absolute ||= name === 'Abs';
    has.other ||= name === 'Sqrt' || name === 'Pow';
  }
  const { logarithm, square, absolute, other } = has;
  if (other || (square && (logarithm || absolute))) {
    return null;
  }
  // The cross-entropy of a sigmoid takes a logarithm and an absolute value.
  return logarithm ? 'crossEntropy' : square ? 'squaredError' : absolute ? 'absoluteError' : null;
}
