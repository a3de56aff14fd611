import type * as Tf from '@tensorflow/tfjs';
import { isSingle, termsIn } from '../../../core/graph/termMasks.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { floatsOf, isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import { crossingKey, type CombinedGradients, type TermWalk } from './combinedGradients.ts';
import { rowsOfPredictions, tensorsWithData, walkFromPrediction } from './predictionHalves.ts';
import { walkOneTerm, type Rows } from './termGradients.ts';

/**
 * The gradients of two halves of a batch, each of the mean loss over its own rows: their mean is the whole batch's. An odd batch
 * has a row more in its second half.
 */
export interface HalvesGradients {
  /** Samples in the batch. */
  readonly rows: number;
  /** Whether no sample of one half takes part in the other's gradient; null: not looked at. */
  readonly independent: boolean | null;
  /** Per variable that several tasks share: their gradients, task by task. */
  readonly shared: readonly {
    readonly name: string;
    /** Places among the terms. */
    readonly tasks: readonly number[];
    readonly first: readonly Tf.Tensor[];
    readonly second: readonly Tf.Tensor[];
  }[];
}

/** Where the halves of a batch are told apart, and what is looked at on the way. */
export interface HalvesLook {
  /** How many of the terms are tasks. */
  readonly tasks: number;
  /** Whether to look if the halves are independent: BatchNorm, for one, mixes samples. */
  readonly mixing: boolean;
  /** Per task its prediction on this step's tape; null where it has none. Asked for where the tasks meet at weights. */
  predictions(): readonly (Tf.Tensor | null)[];
}

/**
 * Tells apart the gradients of two halves of the batch, per task and shared variable, from the tape of one step: what each task
 * gives to the first tensor that it shares has a row for each sample, so the rows of one half are walked on alone. Where tasks meet
 * at weights, as where both use one layer of their own accord, there is no such tensor, and the walks begin at the predictions.
 * Null where that cannot be done: the tasks share nothing, meet at losses, or the batch has one sample. Call it inside a tidy.
 */
export function halvesGradients(
  engine: EngineInternals,
  walk: TermWalk,
  { combined, crossings, seeds }: CombinedGradients,
  look: HalvesLook,
): HalvesGradients | null {
  const { tasks, mixing } = look;
  const shared = walk.xs.flatMap((x, index) => {
    const present = termsIn(walk.masksOfXs[index] ?? 0n).filter((term) => term < tasks);
    return isVariable(x) && present.length > 1 && combined[index] !== undefined ? [{ x, present }] : [];
  });
  if (shared.length === 0 || walk.nodes.some(({ isLeaf, mask }) => isLeaf && !isSingle(mask))) {
    return null;
  }
  const targets = shared.map(({ x }) => x.id);
  const atCrossings = rowsAtCrossings(walk.nodes, tasks);
  const predictions = atCrossings === 0 ? look.predictions() : [];
  const rows = atCrossings === 0 ? rowsOfPredictions(predictions) : atCrossings;
  if (rows < 2) {
    return null;
  }
  const middle = Math.floor(rows / 2);
  let independent = true;
  const withData = mixing ? tensorsWithData(walk.nodes) : new Set<number>();
  const walkHalf = (term: number, from: number, until: number): Rows => {
    const only = (whole: Tf.Tensor): Tf.Tensor => onlyRows(engine, whole, from / rows, until / rows);
    const entered = (gradient: Tf.Tensor, of: number): void => {
      if (withData.has(of)) {
        // Below a prediction, a tensor of the batch without a row for each sample has them mixed already.
        const mixes = hasRows(gradient, rows) ? reachesBeyond(engine, gradient, rows, from, until) : atCrossings === 0;
        independent &&= !mixes;
      }
    };
    const own = { targets, ...(mixing && { entered }) };
    if (atCrossings > 0) {
      return walkOneTerm(engine, { nodes: walk.nodes, leaves: [] }, term, {
        ...own,
        seeds: new Map(),
        crossed: (node, input) => {
          const whole = crossings.get(crossingKey(node, input));
          return whole && only(whole);
        },
      });
    }
    return walkFromPrediction(engine, walk, term, { ...own, seeds, prediction: predictions[term] ?? null, only });
  };
  const gradientsOf = (from: number, until: number): Rows[] =>
    Array.from({ length: tasks }, (_, term) => walkHalf(term, from, until));
  const [first, second] = [gradientsOf(0, middle), gradientsOf(middle, rows)];
  return {
    rows,
    independent: mixing ? independent : null,
    shared: shared.map(({ x, present }) => {
      const reached = present.filter((task) => first[task]?.has(x.id) === true && second[task]?.has(x.id) === true);
      const of = (half: readonly Rows[]): Tf.Tensor[] => reached.flatMap((task) => half[task]?.get(x.id) ?? []);
      return { name: x.name, tasks: reached, first: of(first), second: of(second) };
    }),
  };
}

/** How many samples the tensors have at which the tasks meet; 0 where they meet at something else. */
function rowsAtCrossings(nodes: readonly TermNode[], tasks: number): number {
  let rows = 0;
  for (const { node, crossings } of nodes) {
    for (const [input, { term }] of crossings ?? []) {
      const tensor = node.inputs[input];
      if (term >= tasks) {
        continue;
      }
      if (tensor === undefined || isVariable(tensor) || tensor.rank === 0) {
        return 0;
      }
      rows = greatestCommonDivisor(tensor.shape[0], rows);
    }
  }
  return rows;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The rows of one part of the batch, scaled as if it were the whole; the others are 0. */
function onlyRows(engine: EngineInternals, whole: Tf.Tensor, from: number, until: number): Tf.Tensor {
  const [rows = 0, ...rest] = whole.shape;
  const factors = new Float32Array(rows).fill(1 / (until - from), from * rows, until * rows);
  const mask = engine.makeTensor(factors, [rows, ...rest.map(() => 1)], 'float32');
  return engine.runKernel('Multiply', { a: whole, b: mask });
}

/** True where samples outside the half have a gradient other than 0. */
function reachesBeyond(
  engine: EngineInternals,
  gradient: Tf.Tensor,
  rows: number,
  from: number,
  until: number,
): boolean {
  const perSample = gradient.size / rows;
  const values = floatsOf(engine, gradient);
  const inside = (k: number): boolean => k >= from * perSample && k < until * perSample;
  return values.some((value, k) => value !== 0 && !inside(k));
}

/** Numbers of the same samples stand together, one sample after another. Products of matrices put an axis of length 1 before them. */
function hasRows({ shape }: Tf.Tensor, rows: number): boolean {
  const first = shape.find((length) => length !== 1) ?? 1;
  return first > 0 && first % rows === 0;
}
