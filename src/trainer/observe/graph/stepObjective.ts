import type { Objective, SourcePosition, Term } from '../../../core/run/record.ts';
import type { GraphKnowledge } from './graphKnowledge.ts';
import type { ObservedForward } from '../tape/observedForward.ts';
import { framesInForward, type FrameReader } from './positions.ts';
import type { SourceNames } from './sourceNames.ts';
import { nameLosses, termKey } from './termIdentity.ts';
import type { TrainingCall } from '../calls/trainingCalls.ts';

/** What is known of a step before it runs. */
export interface StepContext {
  readonly via: Objective['via'];
  /** The model, the library or the place that the tasks belong to. */
  readonly owner: string;
  /** Tells objectives apart: optimizer, list of variables, function. */
  readonly site: string;
  readonly call: TrainingCall | null;
  readonly optimizer: Objective['optimizer'];
  /** The script, or fit, gave the list of variables; else tfjs took all that it knows. */
  readonly listed: boolean;
  /** Captured where `gradients` was called. */
  readonly error: Error | null;
}

export interface StepObjective {
  readonly objective: Objective;
  /** The objective's terms in order: its tasks, then the regularisers if it has any. */
  readonly terms: readonly Term[];
}

/** Gives a step's losses their names, and finds or makes the objective that they belong to. */
export function stepObjective(
  forward: ObservedForward,
  context: StepContext,
  knowledge: GraphKnowledge,
  reader: FrameReader,
  names: SourceNames,
): StepObjective {
  const { found } = forward.losses;
  const { slotted, trace } = forward.traced;
  const callPosition = innermost(reader, context.call?.error ?? context.error);
  const madeAt = new Map(slotted.nodes.flatMap(({ outputs, tapeIndex }) => outputs.map((slot) => [slot, tapeIndex])));
  const named =
    found.names?.map((name) => ({ name, position: callPosition })) ??
    nameLosses(
      found.tasks.map((slot) => {
        const error = trace.origins[madeAt.get(slot) ?? -1]?.error ?? null;
        return { frames: error === null ? [] : framesInForward(reader, error) };
      }),
      names,
    );
  const terms = named.map(({ name, position }) =>
    knowledge.term(termKey(found.from, context.owner, name, position), () => ({
      name,
      kind: 'task',
      position,
      from: found.from,
    })),
  );
  if (found.regularisers.length > 0) {
    terms.push(
      knowledge.term('regularisers', () => ({
        name: 'regularisers',
        kind: 'regularisers',
        position: callPosition,
        from: found.from,
      })),
    );
  }
  const ids = terms.map(({ id }) => id);
  const via = found.from === 'declared' ? 'library' : context.via;
  const objective = knowledge.objective(`${context.site} ${ids.join('+')}`, () => ({
    name:
      context.call === null
        ? `${via}${callPosition === null ? '' : ` at ${callPosition.file}:${callPosition.line}`}`
        : context.call.model,
    via,
    terms: ids,
    note: found.note,
    optimizer: context.optimizer,
    position: callPosition,
  }));
  return { objective, terms };
}

function innermost(reader: FrameReader, error: Error | null): SourcePosition | null {
  return error === null ? null : (reader.framesOf(error)[0] ?? null);
}
