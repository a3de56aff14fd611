import type { GraphFacts } from './graphFacts.ts';
import type { StepObjective } from './stepObjective.ts';

/** A graph that has been read: whose it is, and what it says. */
export interface SeenGraph {
  readonly step: StepObjective;
  readonly facts: GraphFacts;
}

/** Graphs per site after which new ones are no longer read: a script whose graph differs at every step has no structure to learn. */
const mostGraphs = 30;

/** Remembers the graphs of each site, and when stacks have to be captured again. */
export class SeenGraphs {
  private readonly sites = new Map<string, { captured: boolean; graphs: Map<string, SeenGraph> }>();

  /** True on the first step of a site, and after a graph was met whose losses have no names yet. */
  needsStacks(site: string): boolean {
    return !this.of(site).captured;
  }

  noteStacks(site: string, captured: boolean): void {
    this.of(site).captured = captured;
  }

  find(site: string, signature: string): SeenGraph | undefined {
    return this.of(site).graphs.get(signature);
  }

  remember(site: string, signature: string, graph: SeenGraph): void {
    this.of(site).graphs.set(signature, graph);
  }

  /** For a site that has shown too many graphs: the newest with as many terms, to measure by; else undefined. */
  standIn(site: string, terms: number): SeenGraph | undefined {
    const graphs = [...this.of(site).graphs.values()];
    return graphs.length < mostGraphs ? undefined : graphs.findLast(({ step }) => step.terms.length === terms);
  }

  private of(site: string): { captured: boolean; graphs: Map<string, SeenGraph> } {
    const known = this.sites.get(site) ?? { captured: false, graphs: new Map<string, SeenGraph>() };
    this.sites.set(site, known);
    return known;
  }
}
