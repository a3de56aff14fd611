import type { Beside, TapeFingerprint, TensorPlace } from '../tape/tapeFingerprint.ts';
import type * as Tf from '@tensorflow/tfjs';
import type { TapeNode } from '../tape/engineInternals.ts';
import type { NodeOrigin } from '../tape/forwardTrace.ts';
import type { LossPlaces } from '../tape/observedForward.ts';
import type { GraphFacts } from './graphFacts.ts';
import type { StepObjective } from './stepObjective.ts';
import type { TermStructure } from './termStructure.ts';

/** A graph that has been read: whose it is, and what it says. */
export interface SeenGraph {
  readonly step: StepObjective;
  readonly facts: GraphFacts;
  readonly losses: LossPlaces;
  readonly structure: TermStructure;
  /** Who made each node, with the stacks of the step that captured them. */
  readonly origins: readonly NodeOrigin[];
  /** How its tapes are known again; another one where the same graph came with other numbers. */
  fingerprint: TapeFingerprint;
  /** What flows through predictions was measured. */
  featuresKnown: boolean;
  /** Whether the two halves of its batches have nothing to do with each other; null before it was looked at. */
  independentHalves: boolean | null;
  /** Where the tasks' predictions stand on its tapes; null before they were asked for. */
  predictions: readonly (TensorPlace | null)[] | null;
}

/** Graphs per site after which new ones are no longer read: a script whose graph differs at every step has no structure to learn. */
const mostGraphs = 30;

/** Remembers the graphs of each site, and when stacks have to be captured again. */
export class SeenGraphs {
  private readonly sites = new Map<string, SiteGraphs>();

  /** True on the first step of a site, and after a graph was met whose losses have no names yet. */
  needsStacks(site: string): boolean {
    return !this.of(site).captured;
  }

  noteStacks(site: string, captured: boolean): void {
    this.of(site).captured = captured;
  }

  /** The graph of a tape that looks like one that was read: the last one first, since most scripts have one. */
  recognise(site: string, tape: readonly TapeNode[], total: Tf.Tensor, beside: Beside): SeenGraph | undefined {
    const known = this.of(site);
    if (known.last?.fingerprint.matches(tape, total, beside) === true) {
      return known.last;
    }
    for (const graph of known.graphs.values()) {
      if (graph.fingerprint.matches(tape, total, beside)) {
        known.last = graph;
        return graph;
      }
    }
    return undefined;
  }

  find(site: string, signature: string): SeenGraph | undefined {
    return this.of(site).graphs.get(signature);
  }

  remember(site: string, signature: string, graph: SeenGraph): void {
    const known = this.of(site);
    known.graphs.set(signature, graph);
    known.last = graph;
  }

  /** True for a site that has shown too many graphs: no more of them are read. */
  isFull(site: string): boolean {
    return this.of(site).graphs.size >= mostGraphs;
  }

  /** The newest graph of the site with as many terms: whose losses these most likely are. */
  standIn(site: string, terms: number): SeenGraph | undefined {
    return [...this.of(site).graphs.values()].findLast(({ step }) => step.terms.length === terms);
  }

  private of(site: string): SiteGraphs {
    const known = this.sites.get(site) ?? { captured: false, graphs: new Map<string, SeenGraph>(), last: null };
    this.sites.set(site, known);
    return known;
  }
}

interface SiteGraphs {
  captured: boolean;
  readonly graphs: Map<string, SeenGraph>;
  last: SeenGraph | null;
}
