import { ancestors, predictionOf, type LossGraph } from './lossGraph.ts';

export interface Membership {
  readonly kind: 'tower' | 'shared' | 'unreached';
  /** The tower's task; the tasks that share; none. In the order of `LossGraph.losses`. */
  readonly tasks: readonly string[];
}

export interface Grouping {
  /** By variable name. */
  readonly membership: ReadonlyMap<string, Membership>;
  /** By variable name: the tasks whose loss it leads to. */
  readonly reachedBy: ReadonlyMap<string, readonly string[]>;
  /** By task: the tensor of its prediction; absent where no variable leads to its loss. */
  readonly predictions: ReadonlyMap<string, number>;
}

/**
 * Groups variables by dominance. A variable belongs to task t's tower when every path from it to any loss passes
 * through t's prediction or t's loss; otherwise to the group shared by the set of tasks that it leads to. So where
 * task B uses task A's prediction, A's tower stays A's: that B reaches it is a leak to be measured, not a change of group.
 */
export function groupVariables(graph: LossGraph): Grouping {
  const reach = graph.losses.map(({ task, tensor }) => ({ task, tensors: ancestors(graph, [tensor]) }));
  const predictions = new Map<string, number>();
  for (const { task, tensor } of graph.losses) {
    const prediction = predictionOf(graph, tensor);
    if (prediction !== null) {
      predictions.set(task, prediction);
    }
  }
  const losses = graph.losses.map(({ tensor }) => tensor);
  const aroundPrediction = new Map<string, Set<number>>();
  for (const [task, prediction] of predictions) {
    aroundPrediction.set(task, ancestors(graph, losses, prediction));
  }
  const membership = new Map<string, Membership>();
  const reachedBy = new Map<string, readonly string[]>();
  for (const { name, tensor } of graph.variables) {
    const tasks = reach.filter(({ tensors }) => tensors.has(tensor)).map(({ task }) => task);
    reachedBy.set(name, tasks);
    if (tasks.length <= 1) {
      membership.set(name, { kind: tasks.length === 0 ? 'unreached' : 'tower', tasks });
      continue;
    }
    const towers = tasks.filter((task) => aroundPrediction.get(task)?.has(tensor) === false);
    const [tower] = towers;
    membership.set(
      name,
      towers.length === 1 && tower !== undefined ? { kind: 'tower', tasks: [tower] } : { kind: 'shared', tasks },
    );
  }
  return { membership, reachedBy, predictions };
}

/** `tower(a)`, `shared(a+b)`, `unreached`: the same for the same tasks in every run. */
export function groupId({ kind, tasks }: Membership): string {
  return kind === 'unreached' ? kind : `${kind}(${[...tasks].sort().join('+')})`;
}
