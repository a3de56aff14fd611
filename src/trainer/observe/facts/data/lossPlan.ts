import { doubleActivations, excludesClasses, type DoubleActivation } from '../../../../core/graph/doubleActivation.ts';
import { ancestors } from '../../../../core/graph/lossGraph.ts';
import {
  activated,
  classCodes,
  isMasked,
  lossInputs,
  targetOf,
  type LossInputs,
} from '../../../../core/graph/lossInputs.ts';
import type { ShapedTape } from '../../../../core/graph/stages.ts';
import { stretchedSides, type Stretched } from '../../../../core/graph/stretched.ts';
import type { ForwardReadings } from '../../tape/observedForward.ts';
import { placesOf, type TensorPlace } from '../../tape/tapeFingerprint.ts';

/** Where a tensor's numbers can be read: in the first of these that is still alive. */
export type Stages = readonly TensorPlace[];

/** What a loss compares a prediction with. */
export interface TargetPlan {
  /** What it is made of, the data first. */
  readonly stages: Stages;
  /** What holds the numbers as the loss compares them, or the class ids that it codes. */
  readonly compared: Stages;
  /** The operation that computed those; null where they are data. */
  readonly computedAt: number | null;
  /** The operation in which they meet the prediction. */
  readonly tapeIndex: number;
}

/** What is worth looking at in one task's loss, by places that hold for every tape of the same graph. */
export interface TaskPlan {
  /** The prediction after its activation. */
  readonly prediction: TensorPlace;
  /** Length of the prediction's first axis. */
  readonly rows: number;
  /** Null where the loss compares the prediction with no data. */
  readonly target: TargetPlan | null;
  readonly masked: boolean;
  readonly excludesClasses: boolean;
  readonly codes: readonly { readonly ids: Stages; readonly tapeIndex: number; readonly classes: number }[];
  /** Operations between the prediction and the loss. */
  readonly between: ReadonlySet<number>;
  /** The last of them that adds the rows up; null: none does. */
  readonly reduction: number | null;
  /** Data with a row for each of the prediction's, of which the prediction is made. */
  readonly inputs: readonly { readonly place: TensorPlace; readonly usedAt: number }[];
  readonly stretched: readonly (Stretched & { readonly op: string })[];
  readonly doubled: readonly DoubleActivation[];
}

/** Per task; null where no plan can be made. The tape's slots are needed: make it where they were made anyhow. */
export function plansOf({ traced, losses }: ForwardReadings): readonly (TaskPlan | null)[] {
  const { slotted, tape, total } = traced;
  const shaped: ShapedTape = {
    nodes: slotted.nodes,
    variables: slotted.variables,
    sources: slotted.sources,
    sizeOf: (slot) => slotted.tensors[slot]?.size ?? 0,
    shapeOf: (slot) => slotted.tensors[slot]?.shape ?? [],
  };
  const places = placesOf(tape, total);
  const placeOf = (slot: number): TensorPlace => places.get(slotted.tensors[slot]?.id ?? -1) ?? 'total';
  return losses.found.tasks.map((loss) => {
    const inputs = lossInputs(shaped, loss);
    return inputs === null ? null : planOf(shaped, inputs, placeOf);
  });
}

function planOf(tape: ShapedTape, inputs: LossInputs, placeOf: (slot: number) => TensorPlace): TaskPlan {
  const { prediction, nodes } = inputs;
  const rows = tape.shapeOf(prediction)[0] ?? 1;
  const target = targetOf(tape, inputs);
  const kernelOf = (node: number): string => tape.nodes[node]?.kernel ?? '';
  const above = ancestors(tape, [prediction]);
  return {
    prediction: placeOf(activated(tape, inputs)),
    rows,
    target:
      target === null
        ? null
        : {
            stages: target.stages.map(placeOf),
            compared: target.compared.map(placeOf),
            computedAt: target.computedAt,
            tapeIndex: target.side.node,
          },
    masked: target !== null && isMasked(tape, inputs, target),
    excludesClasses: excludesClasses(tape, inputs),
    codes: classCodes(tape, inputs).map(({ node, ids, classes }) => ({
      ids: ids.map(placeOf),
      tapeIndex: node,
      classes,
    })),
    between: new Set(nodes),
    reduction: nodes.findLast((node) => kernelOf(node) === 'Sum' || kernelOf(node) === 'Mean') ?? null,
    inputs: tape.sources
      .filter((source) => above.has(source) && tape.shapeOf(source)[0] === rows && tape.sizeOf(source) > 1)
      .map((source) => ({
        place: placeOf(source),
        // An operation copies what its gradient needs before it runs: those copies are no use.
        usedAt: tape.nodes.findIndex(({ kernel, inputs: used }) => used.includes(source) && /^[A-Z]/.test(kernel)),
      })),
    stretched: stretchedSides(tape, inputs).map((each) => ({ ...each, op: kernelOf(each.node) })),
    doubled: doubleActivations(tape, inputs),
  };
}
