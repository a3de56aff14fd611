import type * as Tf from '@tensorflow/tfjs';
import { isSingle, termsIn } from '../../../core/graph/termMasks.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { floatsOf, isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import { crossingKey, type CombinedGradients, type TermWalk } from './combinedGradients.ts';
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

/**
 * Tells apart the gradients of two halves of the batch, per task and shared variable, from the tape of one step: what each task
 * gives to the first tensor that it shares has a row for each sample, so the rows of one half are walked on alone. Null where
 * that cannot be done: the tasks share nothing, meet at weights or at losses, or the batch has one sample. Call it inside a tidy.
 * @param tasks How many of the terms are tasks.
 * @param look Whether to look if the halves are independent: BatchNorm, for one, mixes samples.
 */
export function halvesGradients(
  engine: EngineInternals,
  walk: TermWalk,
  { combined, crossings }: CombinedGradients,
  tasks: number,
  look: boolean,
): HalvesGradients | null {
  const rows = rowsAtCrossings(walk.nodes, tasks);
  const shared = walk.xs.flatMap((x, index) => {
    const present = termsIn(walk.masksOfXs[index] ?? 0n).filter((term) => term < tasks);
    return isVariable(x) && present.length > 1 && combined[index] !== undefined ? [{ x, present }] : [];
  });
  if (rows < 2 || shared.length === 0 || walk.nodes.some(({ isLeaf, mask }) => isLeaf && !isSingle(mask))) {
    return null;
  }
  const middle = Math.floor(rows / 2);
  let independent = true;
  const gradientsOf = (from: number, until: number): Rows[] =>
    Array.from({ length: tasks }, (_, term) =>
      walkOneTerm(engine, { nodes: walk.nodes, leaves: [] }, term, {
        seeds: new Map(),
        targets: shared.map(({ x }) => x.id),
        crossed: (node, input) => {
          const whole = crossings.get(crossingKey(node, input));
          return whole && onlyRows(engine, whole, from / rows, until / rows);
        },
        ...(look && {
          entered: (gradient: Tf.Tensor) => {
            independent &&= !reachesBeyond(engine, gradient, rows, from, until);
          },
        }),
      }),
    );
  const [first, second] = [gradientsOf(0, middle), gradientsOf(middle, rows)];
  return {
    rows,
    independent: look ? independent : null,
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
  const [first = 0] = gradient.shape;
  if (first === 0 || first % rows !== 0) {
    return false;
  }
  const perSample = gradient.size / rows;
  const values = floatsOf(engine, gradient);
  const inside = (k: number): boolean => k >= from * perSample && k < until * perSample;
  return values.some((value, k) => value !== 0 && !inside(k));
}
