import { predictionOf, type LossGraph } from './lossGraph.ts';

/** The tape as the search for loss terms needs it. */
export interface LossTape {
  readonly nodes: readonly {
    readonly kernel: string;
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
  }[];
  readonly variables: readonly { readonly name: string; readonly tensor: number }[];
  /** Tensors that neither a node nor a variable made: data, labels, constants. */
  readonly sources: readonly number[];
  /** Number of elements of a tensor. */
  sizeOf(tensor: number): number;
}

export interface TapeTerms {
  /** Per task the tensor of its loss, in the order in which the losses were computed. */
  readonly tasks: readonly number[];
  /** Terms made of variables only: weight penalties. */
  readonly regularisers: readonly number[];
}

const sums = new Set(['Add', 'AddV2', 'AddN', 'Sub', 'Pack', 'ConcatV2', 'Concat']);
const reductions = new Set(['Mean', 'Sum']);
const unchanged = new Set(['Neg', 'Identity', 'Reshape', 'ExpandDims', 'Cast']);
const products = new Set(['Multiply', 'RealDiv']);

/**
 * Reads the tasks off the top of the tape: descends from the total through sums, means and constant factors; what is
 * left are the losses. The uppermost sum of several losses decides: what a loss adds up within itself, below its own mean
 * (the parts of a Kullback-Leibler divergence), makes no tasks. Parts that are computed from one and the same prediction (the two halves of a cross-entropy
 * written by hand, a squared error plus an absolute one) are one task.
 */
export function termsAtTop(tape: LossTape, total: number): TapeTerms {
  const view = new TapeView(tape);
  const leaves = uppermostSum(view, total);
  const withData = leaves.filter((leaf) => view.hasData.has(leaf));
  if (withData.length === 0) {
    return { tasks: inOrderMade(view, leaves), regularisers: [] };
  }
  // A lone variable in the sum (a log-variance) is a parameter of the weighting, not a penalty.
  const regularisers = leaves.filter((leaf) => !view.hasData.has(leaf) && !view.variables.has(leaf));
  return { tasks: inOrderMade(view, withData), regularisers };
}

/**
 * The terms of tfjs's own training function, whose top is known: Mean(Add(Add(loss 0, loss 1), ...)), and one Add per
 * regulariser above it. Falls back on `termsAtTop` where the tape has another shape.
 */
export function termsOfFit(tape: LossTape, total: number, outputs: number): TapeTerms {
  const view = new TapeView(tape);
  const regularisers: number[] = [];
  let at = view.producer.get(total);
  while (at?.kernel === 'Add') {
    const [rest, penalty] = at.inputs;
    if (rest === undefined || penalty === undefined) {
      break;
    }
    regularisers.unshift(penalty);
    at = view.producer.get(rest);
  }
  const mean = at?.kernel === 'Mean' ? at.inputs[0] : undefined;
  if (mean === undefined) {
    return termsAtTop(tape, total);
  }
  const tasks: number[] = [];
  let rest = mean;
  for (let output = outputs - 1; output > 0; output--) {
    const sum = view.producer.get(rest);
    const [before, loss] = sum?.inputs ?? [];
    if (sum?.kernel !== 'Add' || before === undefined || loss === undefined) {
      return termsAtTop(tape, total);
    }
    tasks.unshift(loss);
    rest = before;
  }
  return { tasks: [rest, ...tasks], regularisers };
}

/** Indexes of a tape that the search needs again and again. */
class TapeView {
  readonly producer = new Map<number, LossTape['nodes'][number]>();
  readonly madeAt = new Map<number, number>();
  readonly dependsOnVariable: ReadonlySet<number>;
  /** Computed from more than variables and single numbers: a loss on data, not a penalty on weights. */
  readonly hasData: ReadonlySet<number>;
  readonly variables: ReadonlySet<number>;

  constructor(readonly tape: LossTape) {
    this.variables = new Set(tape.variables.map(({ tensor }) => tensor));
    const depends = new Set(this.variables);
    const data = new Set(tape.sources.filter((source) => tape.sizeOf(source) > 1));
    for (const [index, node] of tape.nodes.entries()) {
      const nodeDepends = node.inputs.some((input) => depends.has(input));
      const nodeHasData = node.inputs.some((input) => data.has(input));
      for (const output of node.outputs) {
        this.producer.set(output, node);
        this.madeAt.set(output, index);
        if (nodeDepends) {
          depends.add(output);
        }
        if (nodeHasData) {
          data.add(output);
        }
      }
    }
    this.dependsOnVariable = depends;
    this.hasData = new Set([...data].filter((tensor) => depends.has(tensor)));
  }

  prediction(loss: number): number | null {
    const graph: LossGraph = { nodes: this.tape.nodes, variables: this.tape.variables, losses: [] };
    return predictionOf(graph, loss);
  }
}

/** The addends of the uppermost sum that has several losses, else of the sum nearest to the total. */
function uppermostSum(view: TapeView, total: number): number[] {
  const leaves = split(view, total);
  const losses = leaves.filter((leaf) => view.hasData.has(leaf));
  const [loss] = losses;
  const averaged = losses.length === 1 && loss !== undefined ? averagedBy(view, loss) : null;
  if (averaged === null) {
    return leaves;
  }
  const below = uppermostSum(view, averaged);
  return below.filter((leaf) => view.hasData.has(leaf)).length > 1
    ? leaves.flatMap((leaf) => (leaf === loss ? below : [leaf]))
    : leaves;
}

/** What a loss is the mean or the sum of; null where it is neither. */
function averagedBy(view: TapeView, loss: number): number | null {
  let at = view.producer.get(loss);
  while (at !== undefined && (unchanged.has(at.kernel) || products.has(at.kernel))) {
    const next = products.has(at.kernel) ? scaledInput(view, at) : at.inputs[0];
    at = next === null || next === undefined ? undefined : view.producer.get(next);
  }
  return at !== undefined && reductions.has(at.kernel) ? (at.inputs[0] ?? null) : null;
}

/** The addends of the sum at `tensor`, down to the next mean. */
function split(view: TapeView, tensor: number): number[] {
  if (!view.dependsOnVariable.has(tensor)) {
    return [];
  }
  const node = view.producer.get(tensor);
  if (node === undefined) {
    return [tensor];
  }
  if (sums.has(node.kernel)) {
    return splitSum(view, tensor, node.inputs);
  }
  if (unchanged.has(node.kernel)) {
    const [input] = node.inputs;
    return input === undefined || view.variables.has(input) ? [tensor] : split(view, input);
  }
  if (products.has(node.kernel)) {
    const scaled = scaledInput(view, node);
    const below = scaled === null ? [] : split(view, scaled);
    // A sum over a constant is a mean written by hand (tfjs's own losses are): the quotient is the loss. So is a loss whose
    // rows have weights of their own.
    const isMean = node.kernel === 'RealDiv' && scaled !== null && view.producer.get(scaled)?.kernel === 'Sum';
    const isWhole = isMean || node.inputs.some((input) => input !== scaled && view.tape.sizeOf(input) > 1);
    return below.length === 0 || (isWhole && below.length === 1) ? [tensor] : below;
  }
  return [tensor];
}

function splitSum(view: TapeView, tensor: number, inputs: readonly number[]): number[] {
  const dependent = inputs.filter((input) => view.dependsOnVariable.has(input));
  // A weight that is added to an array of data is a bias; only a lone number beside a lone number (a log-variance) is a term.
  if (
    view.tape.sizeOf(tensor) > 1 &&
    view.hasData.has(tensor) &&
    dependent.some((input) => view.variables.has(input))
  ) {
    return [tensor];
  }
  const leaves = dependent.flatMap((input) => (view.variables.has(input) ? [input] : split(view, input)));
  const losses = leaves.filter((leaf) => view.hasData.has(leaf));
  if (losses.length > 1) {
    const predictions = new Set(losses.map((leaf) => view.prediction(leaf)));
    if (predictions.size === 1) {
      return [tensor];
    }
  }
  return leaves;
}

/**
 * The factor that is the loss, where the other one is a weight: made of no variable, or made of variables and no data
 * (exp(-s)). A variable itself is a weight beside a lone number or a stack of losses; beside an array it is the model's own.
 */
function scaledInput(view: TapeView, { kernel, inputs }: LossTape['nodes'][number]): number | null {
  const [a, b] = inputs;
  if (a === undefined || b === undefined) {
    return null;
  }
  const isScaled = (loss: number, weight: number): boolean => {
    if (!view.dependsOnVariable.has(loss) || view.variables.has(loss)) {
      return false;
    }
    if (!view.dependsOnVariable.has(weight)) {
      return true;
    }
    const isLosses = view.tape.sizeOf(loss) === 1 || view.producer.get(loss)?.kernel === 'Pack';
    return view.hasData.has(loss) && !view.hasData.has(weight) && (isLosses || !view.variables.has(weight));
  };
  if (isScaled(a, b)) {
    return a;
  }
  return kernel === 'Multiply' && isScaled(b, a) ? b : null;
}

function inOrderMade(view: TapeView, leaves: readonly number[]): number[] {
  return [...new Set(leaves)].sort((a, b) => (view.madeAt.get(a) ?? -1) - (view.madeAt.get(b) ?? -1));
}
