import type * as Tf from '@tensorflow/tfjs';
import type { EngineInternals } from '../../tape/engineInternals.ts';
import type { TracedTape } from '../../tape/observedForward.ts';
import { tensorAt } from '../../tape/tapeFingerprint.ts';
import { firstAlive, valuesOf } from './batchValues.ts';
import type { Table } from './labelLeak.ts';
import type { TaskPlan } from './lossPlan.ts';

/** What was read of one task's batch while its tensors were alive. */
export interface TaskBatch {
  /** As it was given. */
  readonly target: Table | null;
  /** As the loss compares it; the same table where it is the same tensor. */
  readonly compared: Table | null;
  /** The loss made it of what was given, or of data of its own. */
  readonly isComputed: boolean;
  readonly ids: readonly (ArrayLike<number> | null)[];
  /** Null: gone by now. */
  readonly inputs: readonly (Input | null)[];
}

export interface Input extends Table {
  /** The very tensor that the target was given as. */
  readonly isTarget: boolean;
}

/** What a training call was given for a task; the loss is not the script's own then. */
interface Given {
  readonly inputs: readonly Tf.Tensor[];
  readonly target: Tf.Tensor | undefined;
}

/** Call it while the tape's function runs. @param given Null: the loss has the data from elsewhere */
export function readBatch(engine: EngineInternals, traced: TracedTape, plan: TaskPlan, given: Given | null): TaskBatch {
  const tableOf = (tensor: Tf.Tensor | undefined): Table | null => {
    const rows = tensor?.shape[0] ?? plan.rows;
    const values = tensor === undefined || tensor.size % rows !== 0 ? null : valuesOf(engine, tensor);
    return values === null ? null : { values, rows };
  };
  const data = firstAlive(traced, plan.target?.stages ?? []);
  const target = given?.target ?? data;
  // A loss of fit may compare with something else than what was handed over, as where it fills in missing labels.
  const isMade = data !== undefined && data.dataId === target?.dataId;
  const compared = isMade ? firstAlive(traced, plan.target?.compared ?? []) : target;
  const table = tableOf(target);
  const inputs = given?.inputs ?? plan.inputs.map(({ place }) => tensorAt(place, traced.tape, traced.total));
  return {
    target: table,
    compared: compared?.dataId === target?.dataId ? table : tableOf(compared),
    isComputed: isMade && plan.target?.computedAt !== null,
    ids: plan.codes.map(({ ids }) => valuesOf(engine, firstAlive(traced, ids))),
    inputs: inputs.map((each) => {
      const input = tableOf(each);
      return input === null ? null : { ...input, isTarget: each?.dataId === target?.dataId };
    }),
  };
}
