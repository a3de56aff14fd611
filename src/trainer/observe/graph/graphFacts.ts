import type * as Tf from '@tensorflow/tfjs';
import { groupVariables, type Membership } from '../../../core/graph/groups.ts';
import { ancestors, type LossGraph } from '../../../core/graph/lossGraph.ts';
import type { CutKind, SourcePosition, VariableEntry } from '../../../core/run/record.ts';
import type { WalkNode } from '../tape/backwardWalk.ts';
import type { NodeOrigin, OffTapeCopy } from '../tape/forwardTrace.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';

/** A cut by variables; groups are made of variables later, when all objectives are known. */
export interface CutFact {
  readonly kind: CutKind;
  readonly op: string;
  readonly layer: string | null;
  readonly position: SourcePosition | null;
  readonly declared: boolean;
  readonly pairs: readonly { readonly task: string; readonly variables: readonly string[] }[];
}

export interface VariableFact extends Omit<VariableEntry, 'reachedBy'> {
  readonly membership: Membership | { readonly kind: 'weighting'; readonly tasks: readonly [] };
  /** Tasks whose gradient the tape carries to it. */
  readonly onTape: readonly string[];
  /** Tasks whose loss depends on it, cuts or not. */
  readonly dependents: readonly string[];
  readonly size: number;
}

/** What one tape says about who reaches what. Tasks are ids; the regularisers are no task. */
export interface GraphFacts {
  readonly variables: readonly VariableFact[];
  readonly cuts: readonly CutFact[];
  /** Predictions that another task uses: slots of the prediction, and whether every link to the user is declared. */
  readonly features: readonly {
    readonly of: string;
    readonly usedBy: string;
    readonly prediction: number;
    readonly carries: boolean;
    readonly declared: boolean;
    /** Where a stop-gradient is declared and another path goes around it: the op that leaves the tower there, by node of the tape. */
    readonly around: number | null;
  }[];
}

export interface FactsInput {
  readonly tape: SlottedTape;
  readonly total: number;
  readonly losses: LossGraph['losses'];
  readonly trained: ReadonlySet<string>;
  /** Of a variable that is not trained: whether that is because it is frozen. */
  readonly isFrozen: (variable: Tf.Variable) => boolean;
  readonly copies: readonly OffTapeCopy[];
  readonly origins: readonly NodeOrigin[];
  readonly walk: readonly WalkNode[];
  readonly positionOf: (origin: Pick<NodeOrigin, 'error' | 'layer'>) => SourcePosition | null;
}

/** Ops whose gradient is 0 wherever it exists; tfjs says nothing. */
export const zeroGradientOps = new Set([
  'Floor',
  'Ceil',
  'Round',
  'Sign',
  'Step',
  'ArgMax',
  'ArgMin',
  'OneHot',
  'FloorDiv',
]);

export function graphFacts(input: FactsInput): GraphFacts {
  const { tape, losses } = input;
  const whole: LossGraph = { nodes: tape.extended, variables: tape.variables, losses };
  const onTape: LossGraph = { nodes: tape.nodes, variables: tape.variables, losses };
  const grouping = groupVariables(whole);
  const toTotal = ancestors(onTape, [input.total]);
  const tapeReach = losses.map(({ task, tensor }) => ({ task, tensors: ancestors(onTape, [tensor]) }));
  const wholeReach = losses.map(({ task, tensor }) => ({ task, tensors: ancestors(whole, [tensor]) }));

  const variables = tape.variables.flatMap(({ name, tensor, variable }): VariableFact[] => {
    const dependents = grouping.reachedBy.get(name) ?? [];
    const trained = input.trained.has(name);
    const weighting = dependents.length === 0 && toTotal.has(tensor);
    if (dependents.length === 0 && !weighting && !trained) {
      // Moving averages and the like: on the tape, on no path.
      return [];
    }
    return [
      {
        name,
        shape: variable.shape,
        size: variable.size,
        layer: null,
        status: trained ? 'trained' : input.isFrozen(variable) ? 'frozen' : 'notListed',
        membership: weighting
          ? { kind: 'weighting', tasks: [] }
          : (grouping.membership.get(name) ?? { kind: 'unreached', tasks: [] }),
        onTape: tapeReach.filter(({ tensors }) => tensors.has(tensor)).map(({ task }) => task),
        dependents,
      },
    ];
  });

  /** Per task that `to` leads to: the variables that lead to `from`. */
  const between = (from: readonly number[], to: number, graph: LossGraph): CutFact['pairs'] => {
    const above = ancestors(graph, from);
    const cutOff = tape.variables.filter(({ tensor }) => above.has(tensor)).map(({ name }) => name);
    const reach = graph === whole ? wholeReach : tapeReach;
    return cutOff.length === 0
      ? []
      : reach.filter(({ tensors }) => tensors.has(to)).map(({ task }) => ({ task, variables: cutOff }));
  };
  const linkFacts = tape.links.flatMap(({ link, from, to }): (CutFact & { from: number; to: number })[] => {
    const copy = input.copies[link];
    const pairs = between([from], to, whole);
    return copy === undefined || pairs.length === 0
      ? []
      : [
          {
            kind: copy.kind,
            op: copy.op,
            layer: copy.layer?.name ?? null,
            position: input.positionOf(copy),
            declared: copy.kind === 'stopGradient',
            pairs,
            from,
            to,
          },
        ];
  });
  const opFacts = input.walk.flatMap((walkNode): CutFact[] => {
    const origin = input.origins[walkNode.tapeIndex];
    const kind = cutKindOfOp(walkNode, origin);
    const slots = walkNode.inputNames.map((name) => tape.slotOf.get(walkNode.node.inputs[name]?.id ?? -1) ?? -1);
    const output = tape.slotOf.get(walkNode.node.outputs[0]?.id ?? -1) ?? -1;
    return kind === null ? [] : [cutAtNode(kind, walkNode, origin, between(slots, output, onTape), input.positionOf)];
  });

  const features = losses.flatMap(({ task: of }) => {
    const prediction = grouping.predictions.get(of);
    const ownsTower = variables.some(({ membership }) => membership.kind === 'tower' && membership.tasks[0] === of);
    if (prediction === undefined || !ownsTower) {
      return [];
    }
    return losses
      .filter(({ task }) => task !== of && grouping.predictions.get(task) !== prediction)
      .filter(({ tensor }) => ancestors(whole, [tensor]).has(prediction))
      .map(({ task: usedBy, tensor }) => {
        const below = ancestors(whole, [tensor]);
        const links = linkFacts.filter(({ from, to }) => below.has(to) && ancestors(whole, [from]).has(prediction));
        return {
          of,
          usedBy,
          prediction,
          carries: ancestors(onTape, [tensor]).has(prediction),
          declared: links.length > 0 && links.every(({ declared }) => declared),
          around: links.some(({ declared }) => declared) ? leavingNode(onTape, prediction, tensor) : null,
        };
      });
  });
  return { variables, cuts: [...linkFacts, ...opFacts], features };
}

/** The first node of a tape, by its place in the graph, that takes what leads to a prediction to a loss past the prediction. */
function leavingNode(graph: LossGraph, prediction: number, loss: number): number | null {
  const inTower = ancestors(graph, [prediction]);
  const toLoss = ancestors(graph, [loss]);
  const index = graph.nodes.findIndex(
    ({ inputs, outputs }) =>
      inputs.includes(prediction) && outputs.some((output) => toLoss.has(output) && !inTower.has(output)),
  );
  return index === -1 ? null : index;
}

function cutKindOfOp({ node }: WalkNode, origin: NodeOrigin | undefined): CutKind | null {
  if (node.gradient === undefined) {
    return 'noGradient';
  }
  if (zeroGradientOps.has(node.kernelName)) {
    return 'zeroGradient';
  }
  const castToInteger = node.kernelName === 'Cast' && (origin?.castTo === 'int32' || origin?.castTo === 'bool');
  return castToInteger ? 'passThrough' : null;
}

/** A cut at a node of the tape; scopes of tfjs's own ops carry a suffix that means nothing to people. */
export function cutAtNode(
  kind: CutKind,
  { node }: WalkNode,
  origin: NodeOrigin | undefined,
  pairs: CutFact['pairs'],
  positionOf: FactsInput['positionOf'],
): CutFact {
  return {
    kind,
    op: kind === 'customGradient' ? 'customGrad' : node.kernelName.replace(/_*__op$/, ''),
    layer: origin?.layer?.name ?? null,
    position: origin === undefined ? null : positionOf(origin),
    declared: false,
    pairs,
  };
}
