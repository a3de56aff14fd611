import type { Matrix } from './algebra/matrix.ts';

/** What a weighting method sees of one step. Arrays run over the tasks. */
export interface StepFigures {
  /** Inner products <g_i, g_j> of the tasks' gradients at the shared variables, unweighted or by the user's own weights. */
  readonly gram: Matrix;
  /** The losses that these gradients are of. */
  readonly losses: readonly number[];
}

/** What a method remembers from step to step: plain numbers, so that it can be kept, compared and put back. */
export type AggregatorState = readonly number[];

export interface Weighed {
  /** The shared variables move along the sum of weight times gradient. Always finite. */
  readonly weights: readonly number[];
  readonly state: AggregatorState;
}

/**
 * A weighting method. It needs no gradients, only their Gram matrix, so it can be applied to a training that runs and replayed
 * on one that was recorded. `step` is pure: the same figures and state give the same weights.
 */
export interface Aggregator {
  /** Also the name of the runtime library's function. */
  readonly name: string;
  /** As the literature writes it. */
  readonly title: string;
  readonly paper: string;
  /** Which figures it looks at: replaying a method that needs losses alone needs no gradients. */
  readonly needs: 'nothing' | 'losses' | 'gram' | 'both';
  /** Of a method whose weights can collapse: over the mean, what a weight is still above two steps before it does. */
  readonly sinking?: number;
  /** The state before the first step; empty for a method that remembers nothing. */
  start(tasks: number): AggregatorState;
  step(figures: StepFigures, state: AggregatorState): Weighed;
}

export interface MethodName {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
}

/**
 * A method that looks at the Gram matrix of this step and nothing else.
 *
 * A task without gradient (a batch without its labels) takes no part: the others are weighed as if it were not there, and it
 * gets 0. Where a gradient is not finite, every task gets 1: the step is the plain sum's, whose loss tells what happened.
 */
export function stateless(method: MethodName, weigh: (gram: Matrix) => readonly number[]): Aggregator {
  return {
    ...method,
    needs: 'gram',
    start: () => [],
    step: ({ gram }, state) => ({ weights: amongPresent(gram, weigh), state }),
  };
}

function amongPresent(gram: Matrix, weigh: (gram: Matrix) => readonly number[]): readonly number[] {
  if (!gram.flat().every(Number.isFinite)) {
    return gram.map(() => 1);
  }
  const present = presentTasks(gram);
  const weights = gram.map(() => 0);
  if (present.length > 0) {
    const found = weigh(present.map((i) => present.map((j) => gram[i]?.[j] ?? 0)));
    present.forEach((task, i) => (weights[task] = found[i] ?? 0));
  }
  return weights.every(Number.isFinite) ? weights : gram.map(() => 1);
}

/** The tasks that have a gradient. */
export function presentTasks(gram: Matrix): number[] {
  return gram.flatMap((row, i) => ((row[i] ?? 0) > 0 ? [i] : []));
}
