import { ancestors, predictionOf } from './lossGraph.ts';
import { codedFrom, computedAt, makersOf, sameNumbers, stagesOf, type ShapedTape } from './stages.ts';

/** A tensor that no variable leads to, where it meets what is made of the prediction. */
export interface LossSide {
  /** Index of the operation among the tape's nodes. */
  readonly node: number;
  readonly tensor: number;
  /** What it meets there. */
  readonly meets: number;
}

/** What a loss makes of its prediction, and with what. */
export interface LossInputs {
  readonly prediction: number;
  /** The prediction, and what is made of it on the way to the loss. */
  readonly made: ReadonlySet<number>;
  /** Operations on that way, in the order in which they ran. */
  readonly nodes: readonly number[];
  readonly sides: readonly LossSide[];
}

/** The target that a loss compares with the prediction. */
export interface Target {
  readonly side: LossSide;
  /**
   * Tensors that hold it, from the data that it is made of to what meets the prediction; each is made of the one before alone, number
   * by number, or by one-hot coding.
   */
  readonly stages: readonly number[];
  /** Tensors that hold the numbers that are compared, or the class ids that are coded for it, the newest first. */
  readonly compared: readonly number[];
  /** The operation that has computed those numbers; null where they are data. */
  readonly computedAt: number | null;
}

/** Null where no variable leads to the loss, or nothing is done with the prediction. */
export function lossInputs(tape: ShapedTape, loss: number): LossInputs | null {
  const prediction = predictionOf({ nodes: tape.nodes, variables: tape.variables, losses: [] }, loss);
  if (prediction === null || prediction === loss) {
    return null;
  }
  const toLoss = ancestors(tape, [loss]);
  const ofVariables = new Set(tape.variables.map(({ tensor }) => tensor));
  const made = new Set([prediction]);
  const nodes: number[] = [];
  const sides: LossSide[] = [];
  for (const [node, { inputs, outputs }] of tape.nodes.entries()) {
    if (inputs.some((input) => ofVariables.has(input))) {
      outputs.forEach((output) => ofVariables.add(output));
    }
    const meets = inputs.find((input) => made.has(input));
    const onTheWay = outputs.filter((output) => toLoss.has(output));
    if (meets === undefined || onTheWay.length === 0) {
      continue;
    }
    onTheWay.forEach((output) => made.add(output));
    nodes.push(node);
    sides.push(
      ...inputs
        .filter((input) => !made.has(input) && !ofVariables.has(input))
        .map((tensor) => ({ node, tensor, meets })),
    );
  }
  return { prediction, made, nodes, sides };
}

const differences = new Set(['Sub', 'SquaredDifference']);

/** What the prediction is subtracted from, or else what it meets first; masks and lone numbers are no targets. */
export function targetOf(tape: ShapedTape, { sides, prediction }: LossInputs): Target | null {
  const rows = tape.shapeOf(prediction)[0];
  const all = sides.filter(
    ({ tensor }) => tape.sizeOf(tensor) > 1 && tape.shapeOf(tensor)[0] === rows && !isMask(tape, tensor),
  );
  const side = all.find(({ node }) => differences.has(tape.nodes[node]?.kernel ?? '')) ?? all[0];
  if (side === undefined) {
    return null;
  }
  const stages = stagesOf(tape, side.tensor);
  const value = codedFrom(tape, stages) ?? side.tensor;
  return { side, stages, compared: sameNumbers(tape, value), computedAt: computedAt(tape, value) };
}

/**
 * Rows are left out or weighted: beside the target, something else of the batch takes part in the loss, or a comparison does.
 */
export function isMasked(tape: ShapedTape, { sides, prediction }: LossInputs, target: Target): boolean {
  const [data] = target.stages;
  const rows = tape.shapeOf(prediction)[0];
  return sides.some(({ tensor }) => {
    const ofBatch = tape.sizeOf(tensor) > 1 && tape.shapeOf(tensor)[0] === rows;
    return ofBatch && (isMask(tape, tensor) || stagesOf(tape, tensor)[0] !== data);
  });
}

/** Where class ids become one-hot rows for a loss: tensors that hold the ids as they are coded, and how many classes there are. */
export function classCodes(
  tape: ShapedTape,
  { sides }: LossInputs,
): { readonly node: number; readonly ids: readonly number[]; readonly classes: number }[] {
  const toSides = ancestors(
    tape,
    sides.map(({ tensor }) => tensor),
  );
  return tape.nodes.flatMap(({ kernel, inputs: [ids], outputs: [coded] }, node) =>
    kernel === 'OneHot' && ids !== undefined && coded !== undefined && toSides.has(coded)
      ? [{ node, ids: sameNumbers(tape, ids), classes: tape.shapeOf(coded).at(-1) ?? 0 }]
      : [],
  );
}

/** Activations and changes of shape that a row goes through alone. */
const alone = new Set([
  'Relu',
  'Relu6',
  'LeakyRelu',
  'Prelu',
  'Elu',
  'Selu',
  'Softplus',
  'Sigmoid',
  'Tanh',
  'Softmax',
  'Exp',
  'ClipByValue',
  'Identity',
  'Reshape',
]);

/**
 * The prediction after its activation, which is what the loss sees: a row whose rectifier is off gets no gradient before it, and is
 * taught all the same.
 */
export function activated(tape: ShapedTape, { prediction, nodes, made }: LossInputs): number {
  const [rows] = tape.shapeOf(prediction);
  for (let at = prediction; ;) {
    const [user, ...more] = nodes.filter((node) => tape.nodes[node]?.inputs.includes(at) === true);
    const { kernel, outputs } = tape.nodes[user ?? -1] ?? { kernel: '', outputs: [] };
    const next = outputs.find((output) => made.has(output));
    if (more.length > 0 || next === undefined || !alone.has(kernel) || tape.shapeOf(next)[0] !== rows) {
      return at;
    }
    at = next;
  }
}

const comparisons = new Set([
  'NotEqual',
  'Equal',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
  'LogicalNot',
  'IsNan',
  'IsFinite',
  'IsInf',
]);
const carriers = new Set(['Cast', 'Reshape', 'ExpandDims', 'Identity', 'Multiply', 'RealDiv', 'Tile']);

/** Made by a comparison, as masks are. */
function isMask(tape: ShapedTape, tensor: number): boolean {
  const maker = makersOf(tape).get(tensor);
  if (maker === undefined) {
    return false;
  }
  const data = maker.inputs.filter((input) => tape.sizeOf(input) > 1);
  return (
    comparisons.has(maker.kernel) ||
    (carriers.has(maker.kernel) && data.length > 0 && data.every((input) => isMask(tape, input)))
  );
}
