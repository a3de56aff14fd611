import type * as Tf from '@tensorflow/tfjs';
import { locateLosses, type LossPlaces, type ObservedForward, type TracedTape } from '../tape/observedForward.ts';
import { fingerprintOf } from '../tape/tapeFingerprint.ts';
import type { FitContext } from './findTerms.ts';
import { learnStructure } from './graphLearning.ts';
import type { GraphKnowledge } from './graphKnowledge.ts';
import type { FrameReader } from './positions.ts';
import { SeenGraphs, type SeenGraph } from './seenGraphs.ts';
import type { SourceNames } from './sourceNames.ts';
import { stepObjective, type StepContext } from './stepObjective.ts';
import { termStructure, type TermStructure } from './termStructure.ts';

/** What recognition needs to know of a step. */
export interface StepOrigin {
  readonly xs: readonly Tf.Tensor[];
  readonly fit: FitContext | null;
  readonly context: StepContext;
}

export interface Recognised {
  readonly graph: SeenGraph;
  /** The graph was read just now. */
  readonly isNew: boolean;
}

/** Finds out of every step which graph it ran, cheaply where that was seen before, and reads those that were not. */
export class GraphRecognition {
  private readonly graphs = new SeenGraphs();
  /** Of the step that runs: the graph that its tape looks like. */
  private seen: SeenGraph | null = null;

  constructor(
    private readonly knowledge: GraphKnowledge,
    private readonly reader: FrameReader,
    private readonly names: SourceNames,
    private readonly isFrozen: (variable: Tf.Variable) => boolean = ({ trainable }) => !trainable,
  ) {}

  /** True on the first step of a site, and after a graph was met whose losses have no names yet. */
  needsStacks(site: string): boolean {
    return this.graphs.needsStacks(site);
  }

  /** Where the losses stand on a tape that was just recorded. */
  locate({ context, fit }: StepOrigin, traced: TracedTape): LossPlaces {
    const { tape, total, trace } = traced;
    const seen = this.graphs.recognise(context.site, tape, total, trace.beside);
    this.seen = seen?.losses.found.declared === (trace.declared?.length ?? null) ? seen : null;
    return this.seen?.losses ?? locateLosses(traced, fit);
  }

  /** The step's graph, read now if it was not seen before. Null: its losses have no names yet. */
  recognise(origin: StepOrigin, forward: ObservedForward, captured: boolean): Recognised | null {
    const { xs, context } = origin;
    const { site } = context;
    const { traced, losses } = forward;
    const { seen } = this;
    this.seen = null;
    if (seen !== null && !captured) {
      return { graph: seen, isNew: false };
    }
    const { tape, total, slotted, trace } = traced;
    const signature = `${xs.map(({ id }) => id).join()} ${slotted.signature}`;
    const known = this.graphs.find(site, signature);
    const fingerprint = fingerprintOf(tape, total, trace.beside);
    if (known !== undefined && !captured) {
      known.fingerprint = fingerprint;
      this.graphs.remember(site, signature, known);
      return { graph: known, isNew: false };
    }
    const structure = termStructure({ tape, slotted, xs, total, ...slotsOf(losses) });
    if (known === undefined && this.graphs.isFull(site) && !captured) {
      const standIn = this.graphs.standIn(site, termsOf(losses));
      return standIn === undefined
        ? null
        : {
            graph: { ...standIn, losses, structure, origins: trace.origins, fingerprint, predictions: null },
            isNew: false,
          };
    }
    this.graphs.noteStacks(site, captured);
    if (!captured && (losses.found.from === 'tape' || (context.call === null && context.error === null))) {
      // A new graph, met without stacks: the next step of the site captures them.
      return null;
    }
    const step = known?.step ?? stepObjective(forward, context, this.knowledge, this.reader, this.names);
    const facts = learnStructure(this.knowledge, this.reader, { forward, structure, xs, step }, this.isFrozen);
    const graph: SeenGraph = {
      step,
      facts,
      losses,
      structure,
      origins: trace.origins,
      fingerprint,
      featuresKnown: false,
      independentHalves: null,
      predictions: null,
    };
    this.graphs.remember(site, signature, graph);
    return { graph, isNew: true };
  }

  /** Whose losses those of a step without a graph most likely are; undefined where nobody knows. */
  likely(site: string, losses: LossPlaces): SeenGraph | undefined {
    return this.graphs.standIn(site, termsOf(losses));
  }

  /** The walk of a step whose losses have no names. */
  bareStructure({ xs }: StepOrigin, { traced, losses }: ObservedForward): TermStructure {
    const { tape, total, slotted } = traced;
    return termStructure({ tape, slotted, xs, total, ...slotsOf(losses) });
  }
}

function slotsOf({ found }: LossPlaces): { readonly terms: readonly (readonly number[])[]; readonly tasks: number } {
  const tasks = found.tasks.map((slot) => [slot]);
  return {
    terms: found.regularisers.length === 0 ? tasks : [...tasks, [...found.regularisers]],
    tasks: tasks.length,
  };
}

function termsOf({ found }: LossPlaces): number {
  return found.tasks.length + (found.regularisers.length === 0 ? 0 : 1);
}
