import type * as Tf from '@tensorflow/tfjs';
import { findBlocks } from './blockedPaths.ts';
import { isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import { squaredNormsAround } from './featureFlow.ts';
import { graphFacts, type GraphFacts } from './graphFacts.ts';
import type { FeatureNorms, GraphKnowledge } from './graphKnowledge.ts';
import type { NodeOrigin } from '../tape/forwardTrace.ts';
import type { ObservedForward } from '../tape/observedForward.ts';
import { positionOfOrigin, type FrameReader } from './positions.ts';
import type { StepObjective } from './stepObjective.ts';
import { nodesOfStep, type TermStructure } from './termStructure.ts';
import { squaredNormOf, type MeasuredVariable } from '../measure/stepMeasure.ts';
import type { TermGradients } from '../measure/termGradients.ts';

/** What one step's tape and gradients can teach. */
export interface LearningStep {
  readonly forward: ObservedForward;
  readonly structure: TermStructure;
  readonly xs: readonly Tf.Tensor[];
  readonly step: StepObjective;
}

/** Reads the structure of a tape that was not seen before. */
export function learnStructure(
  knowledge: GraphKnowledge,
  reader: FrameReader,
  learning: LearningStep,
  isFrozen: (variable: Tf.Variable) => boolean,
): GraphFacts {
  const { forward, structure, xs, step } = learning;
  const { traced } = forward;
  const tasks = step.terms.filter(({ kind }) => kind === 'task').map(({ id }) => id);
  const facts = graphFacts({
    tape: traced.slotted,
    total: traced.totalSlot,
    losses: forward.losses.found.tasks.map((tensor, index) => ({ task: tasks[index] ?? '', tensor })),
    trained: new Set(xs.flatMap((x) => (isVariable(x) ? [x.name] : []))),
    isFrozen,
    copies: traced.copies,
    origins: traced.trace.origins,
    walk: nodesOfStep(structure, traced.tape),
    positionOf: (origin) => positionOfOrigin(reader, origin),
  });
  const missing = unreachedVariables(forward, xs);
  const whole = { ...facts, variables: [...facts.variables, ...missing] };
  knowledge.learn(step.objective.id, whole, tasks);
  return whole;
}

/** Variables that are trained and not on the tape. Lone numbers are left out: tfjs's optimizers keep theirs as variables. */
function unreachedVariables(forward: ObservedForward, xs: readonly Tf.Tensor[]): GraphFacts['variables'] {
  const onTape = new Set(forward.traced.slotted.variables.map(({ name }) => name));
  return xs.flatMap((x) =>
    !isVariable(x) || onTape.has(x.name) || x.rank === 0
      ? []
      : [
          {
            name: x.name,
            shape: x.shape,
            size: x.size,
            layer: null,
            status: 'trained' as const,
            membership: { kind: 'unreached' as const, tasks: [] },
            onTape: [],
            dependents: [],
          },
        ],
  );
}

/** Measures how much of a task's gradient flows through another task's prediction. Call it inside a tidy. */
export function learnFeatures(
  engine: EngineInternals,
  knowledge: GraphKnowledge,
  { forward, structure, step }: LearningStep,
  facts: GraphFacts,
  { seeds }: Pick<TermGradients, 'seeds'>,
  measured: readonly MeasuredVariable[],
): void {
  const tasks = step.terms.map(({ id }) => id);
  const uses = facts.features.flatMap(({ of, usedBy, prediction, carries, declared }): FeatureNorms[] => {
    const leaf = forward.tasks[tasks.indexOf(usedBy)]?.leaves[0];
    const seed = leaf === undefined ? undefined : seeds.get(leaf.id);
    const predictionTensor = forward.traced.slotted.tensors[prediction];
    if (leaf === undefined || seed === undefined || predictionTensor === undefined) {
      return [];
    }
    const own = measured.filter(({ terms }) => terms.includes(usedBy));
    const variables = forward.traced.slotted.variables
      .filter(({ name }) => own.some((variable) => variable.name === name))
      .map(({ name, variable }) => ({ name, id: variable.id }));
    const flow = {
      nodes: nodesOfStep(structure, forward.traced.tape),
      leaf: leaf.id,
      seed,
      leafShape: leaf.shape,
      prediction: predictionTensor.id,
      variables,
    };
    const around = carries ? engine.tidy(() => squaredNormsAround(engine, flow)) : null;
    const norms = own.map((variable) => {
      const { name } = variable;
      const all = squaredNormOf(variable, usedBy);
      return [name, { all, without: around === null ? all : (around.get(name) ?? 0) }] as const;
    });
    return [{ of, usedBy, carries, declared, norms: new Map(norms) }];
  });
  knowledge.learnFeatures(step.objective.id, uses);
}

/**
 * Notes where a task's gradient is exactly 0 although the tape reaches the variable, and looks for the place when that
 * has changed. A group that dies late is found when it dies. Call it inside a tidy.
 */
export function learnZeros(
  engine: EngineInternals,
  knowledge: GraphKnowledge,
  reader: FrameReader,
  { forward, structure, step }: LearningStep,
  origins: readonly NodeOrigin[],
  { seeds }: Pick<TermGradients, 'seeds'>,
  measured: readonly MeasuredVariable[],
): void {
  for (const [index, task] of step.terms.entries()) {
    const leaf = forward.tasks[index]?.leaves[0];
    const seed = leaf === undefined ? undefined : seeds.get(leaf.id);
    if (task.kind !== 'task' || leaf === undefined || seed === undefined) {
      continue;
    }
    const reached = measured.filter(({ terms }) => terms.includes(task.id));
    const zero = new Set(reached.filter((variable) => squaredNormOf(variable, task.id) === 0).map(({ name }) => name));
    const known = knowledge.zeros(step.objective.id, task.id);
    const wholeGroups = (names: ReadonlySet<string>): string =>
      [...new Set(reached.map(({ name }) => knowledge.groupOf(name)))]
        .filter((group) => reached.every(({ name }) => knowledge.groupOf(name) !== group || names.has(name)))
        .join();
    if (wholeGroups(zero) === wholeGroups(known)) {
      continue;
    }
    const blocks =
      zero.size === 0
        ? []
        : engine.tidy(() =>
            findBlocks(engine, {
              tape: forward.traced.slotted,
              nodes: nodesOfStep(structure, forward.traced.tape),
              origins,
              task: task.id,
              leaf: leaf.id,
              leafShape: leaf.shape,
              seed,
              variables: [...zero],
              positionOf: (origin) => positionOfOrigin(reader, origin),
            }),
          );
    knowledge.learnZeros(step.objective.id, task.id, zero, blocks);
  }
}
