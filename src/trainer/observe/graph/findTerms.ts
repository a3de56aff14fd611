import type * as Tf from '@tensorflow/tfjs';
import type { AnnouncedTask } from '../../../core/announcements.ts';
import { termsAtTop, termsOfFit } from '../../../core/graph/lossTerms.ts';
import { combinesLosses, whyOneTask } from '../../../core/graph/whyOneTask.ts';
import type { Term } from '../../../core/run/record.ts';
import type { SlottedTape } from '../tape/slottedTape.ts';

/** A model's training function is running: its total has a known top. */
export interface FitContext {
  readonly modelName: string;
  readonly outputNames: readonly string[];
  /** The tensors of this step, by the model's inputs and outputs. */
  readonly batch?: { readonly inputs: readonly Tf.Tensor[]; readonly targets: readonly Tf.Tensor[] };
}

export interface FoundTerms {
  readonly from: Term['from'];
  /** Names where the model or the library gives them, else null. */
  readonly names: readonly string[] | null;
  /** Slots of the tasks' losses. */
  readonly tasks: readonly number[];
  /** Slots of the regularisers. */
  readonly regularisers: readonly number[];
  readonly note: string | null;
  /** How many tasks the runtime library declared; null: it declared none. */
  readonly declared: number | null;
}

const oneOutput =
  'One task: the model has one output, and its loss combines several values. To tell tasks apart, give each an output and ' +
  'a loss of its own.';

/** Tells the tasks of one step apart: by declaration, by the model's outputs, or by the top of the tape. */
export function findTerms(
  tape: SlottedTape,
  total: number,
  fit: FitContext | null,
  declared: readonly AnnouncedTask[] | null,
): FoundTerms {
  const count = declared?.length ?? null;
  const lossTape = { ...tape, sizeOf: (slot: number): number => tape.tensors[slot]?.size ?? 0 };
  if (declared !== null) {
    const slots = declared.map(({ loss }) => tape.slotOf.get(loss.id));
    const tasks = slots.filter((slot) => slot !== undefined);
    if (tasks.length === declared.length) {
      const { regularisers } = termsAtTop(lossTape, total);
      return {
        from: 'declared',
        names: declared.map(({ name }) => name),
        tasks,
        regularisers: regularisers.filter((slot) => !tasks.includes(slot)),
        note: null,
        declared: declared.length,
      };
    }
  }
  if (fit !== null) {
    const terms = termsOfFit(lossTape, total, fit.outputNames.length);
    if (terms.tasks.length === fit.outputNames.length) {
      const [loss] = terms.tasks;
      const isCombined = fit.outputNames.length === 1 && loss !== undefined && combinesLosses(lossTape, loss);
      return { from: 'output', names: fit.outputNames, ...terms, note: isCombined ? oneOutput : null, declared: count };
    }
  }
  const terms = termsAtTop(lossTape, total);
  const note = terms.tasks.length > 1 ? null : whyOneTask(lossTape, total);
  return { from: 'tape', names: null, ...terms, note, declared: count };
}
