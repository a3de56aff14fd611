import type { GraphLine, Objective, Term } from '../../../core/run/record.ts';
import type { TrainingCall } from '../calls/trainingCalls.ts';
import { GraphKnowledge } from '../graph/graphKnowledge.ts';
import type { FrameReader } from '../graph/positions.ts';
import { termKey } from '../graph/termIdentity.ts';
import { viaOf } from '../stepContext.ts';
import type { NamedLossValue } from './outputLosses.ts';

/** One training step whose losses were read. */
export interface ReadStep {
  readonly site: string;
  readonly call: TrainingCall | null;
  /** Captured at the site's first step. */
  readonly error: Error | null;
  /** Each task's loss; null where only the total is known. */
  readonly losses: readonly NamedLossValue[] | null;
  readonly from: Exclude<Term['from'], 'tape'>;
}

export interface LossObjective {
  readonly id: string;
  readonly terms: readonly Term[];
}

const TOTAL = 'total loss';

/** The objectives and loss terms of a run without gradients: no groups, no paths, nothing that only a tape tells. */
export class LossObjectives {
  private readonly knowledge = new GraphKnowledge((variable) => variable);
  private readonly known = new Map<string, LossObjective>();

  constructor(private readonly reader: FrameReader) {}

  of({ site, call, error, losses, from }: ReadStep): LossObjective {
    const key = JSON.stringify([site, losses?.map(({ name }) => name)]);
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const called = call?.error ?? error;
    const position = called === null ? null : (this.reader.framesOf(called)[0] ?? null);
    const owner = call?.model ?? site;
    const terms = (losses?.map(({ name }) => name) ?? [TOTAL]).map((name) =>
      this.knowledge.term(termKey(losses === null ? 'tape' : from, owner, name, position), () => ({
        name,
        kind: 'task',
        position,
        from: losses === null ? 'tape' : from,
      })),
    );
    const via: Objective['via'] = losses !== null && from === 'declared' ? 'library' : viaOf(call, true);
    const { id } = this.knowledge.objective(key, () => ({
      name: call?.model ?? `${via}${position === null ? '' : ` at ${position.file}:${position.line}`}`,
      via,
      terms: terms.map((term) => term.id),
      note:
        losses === null
          ? 'Only the total is known: without gradients the tasks of this call cannot be told apart.'
          : null,
      optimizer: null,
      position,
    }));
    const objective = { id, terms };
    this.known.set(key, objective);
    return objective;
  }

  /** A graph line where there is news since the last one. */
  news(step: number): GraphLine | null {
    return this.knowledge.news(step);
  }
}
