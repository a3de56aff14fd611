import type * as Tf from '@tensorflow/tfjs';
import type { EventLine, SourcePosition, Term } from '../../../core/run/record.ts';
import { positionOfOrigin, type FrameReader } from '../graph/positions.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import { rawLoss } from '../measure/lossReadings.ts';
import { reductionsOf } from '../measure/backendReductions.ts';
import type { Reductions } from '../measure/reductions.ts';
import type { CombinedGradients, TermWalk } from '../measure/combinedGradients.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import type { ForwardTracer } from '../tape/forwardTrace.ts';
import type { ObservedForward } from '../tape/observedForward.ts';
import type { Birthplace } from './birthplace.ts';
import { searchBackward } from './searchBackward.ts';
import { searchForward } from './searchForward.ts';
import { nonFiniteMessage } from './nonFiniteMessage.ts';

export interface NonFiniteTools {
  readonly engine: EngineInternals;
  readonly tracer: ForwardTracer;
  readonly reader: FrameReader;
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
  labelOf(variable: string): string;
  append(event: EventLine): void;
}

/**
 * Looks for the first number that is not finite at every step, in the losses and in the gradients, while the weights are still
 * whole: the update that spoils them comes later. It tells of one, and rests from then on.
 */
export class NonFiniteWatch {
  private told = false;

  constructor(private readonly tools: NonFiniteTools) {}

  /** Looks at the losses. True where this step's are the first that are not finite. */
  afterForward(
    { step, f }: { readonly step: number; readonly f: () => Tf.Tensor },
    forward: ObservedForward,
    graph: SeenGraph | null,
  ): boolean {
    const { engine, tracer, random } = this.tools;
    if (this.told) {
      return false;
    }
    const losses = forward.tasks.map(rawLoss);
    const guilty = losses.findIndex((raw) => raw !== null && !Number.isFinite(raw));
    if (guilty === -1 && Number.isFinite(forward.totalValue)) {
      return false;
    }
    const place = searchForward(engine, reductionsOf(engine), tracer, random, f);
    this.tell(step, graph, guilty === -1 ? null : guilty, losses[guilty] ?? forward.totalValue, place, 'loss');
    return true;
  }

  /** Whether it matters that a number is not finite: the first was not met yet. */
  get isLooking(): boolean {
    return !this.told;
  }

  /** Looks at the gradients that the update is about to use. Call it inside the step's tidy, with its tape still there. */
  afterGradients(
    { step }: { readonly step: number },
    { traced }: ObservedForward,
    graph: SeenGraph | null,
    walk: TermWalk,
    { areFinite }: CombinedGradients,
    reductions: Reductions,
  ): void {
    if (this.told || areFinite) {
      return;
    }
    const { engine, random } = this.tools;
    // The script's own gradient functions may draw random numbers.
    const drawn = random?.snapshot() ?? null;
    const place = searchBackward(engine, reductions, walk, graph?.origins ?? traced.trace.origins);
    random?.restore(drawn);
    this.tell(step, graph, place?.term ?? null, NaN, place, 'gradient');
  }

  private tell(
    step: number,
    graph: SeenGraph | null,
    term: number | null,
    value: number,
    place: Birthplace | null,
    what: 'loss' | 'gradient',
  ): void {
    const { reader } = this.tools;
    this.told = true;
    const task: Term | undefined = term === null ? undefined : graph?.step.terms[term];
    const found = place?.origin === undefined ? null : positionOfOrigin(reader, place.origin);
    const position: SourcePosition | null = found ?? task?.position ?? graph?.step.objective.position ?? null;
    this.tools.append({
      type: 'event',
      kind: 'nonFinite',
      step,
      task: task?.id ?? null,
      position,
      message: nonFiniteMessage({
        step,
        what,
        value,
        task: task?.name ?? (term === null ? null : `loss ${term + 1}`),
        place,
        variable: place?.variable == null ? null : this.tools.labelOf(place.variable),
      }),
      cause: place === null ? null : { phase: place.phase, op: place.op, layer: place.layer },
    });
  }
}
