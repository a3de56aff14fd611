import type * as Tf from '@tensorflow/tfjs';
import type { RecordLine, StepLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import { DeepLaw } from '../../../core/schedule/deepLaw.ts';
import type { OptimizerSlot } from '../calls/optimizerCalls.ts';
import { expertNames, tellUnits, type UnitsTools } from '../facts/unitsMade.ts';
import type { GraphKnowledge } from '../graph/graphKnowledge.ts';
import { learnFeatures, learnZeros } from '../graph/graphLearning.ts';
import { kernelPaths } from '../graph/kernelPaths.ts';
import type { SeenGraph } from '../graph/seenGraphs.ts';
import type { StepNumbers } from '../stepContext.ts';
import { isVariable, type EngineInternals } from '../tape/engineInternals.ts';
import type { ObservedForward } from '../tape/observedForward.ts';
import { ActivationWatch } from './activations.ts';
import { kernelNorms } from './kernelNorms.ts';
import { recordedLoss, type LossReading } from './lossReadings.ts';
import { pendingStep, type PendingStep } from './pendingStep.ts';
import type { Reductions } from './reductions.ts';
import { measuredVariables, measureGroups, productsInMetric } from './stepMeasure.ts';
import type { CombinedGradients, TermWalk } from './combinedGradients.ts';
import { termGradients } from './termGradients.ts';

export interface DeepTools extends UnitsTools {
  readonly engine: EngineInternals;
  readonly knowledge: GraphKnowledge;
  append(line: RecordLine): void;
}

export interface DeepStep extends StepNumbers {
  readonly xs: readonly Tf.Tensor[];
  readonly graph: SeenGraph;
  readonly forward: ObservedForward;
  readonly losses: readonly LossReading[];
  /** Where each variable's moments lie, as far as it can be known before the update. */
  slotOf(variable: string, reached: readonly string[]): OptimizerSlot | null;
}

/** Measures a step's gradients in every group, and what the update makes of them. */
export class DeepMeasure {
  private readonly firstRaw = new Map<string, number>();
  private readonly activations: ActivationWatch;
  /** Of the step that is measured. */
  private now = 0;
  private readonly law = new DeepLaw();
  private pending: PendingStep | null = null;

  constructor(private readonly tools: DeepTools) {
    const { labelOf } = tools;
    this.activations = new ActivationWatch((graph, { slotted }, { activations, gates }) => {
      tellUnits(tools, this.now, graph, slotted, activations, () => null);
      tellUnits(tools, this.now, graph, slotted, gates, (gate) => expertNames(graph, slotted, gate, labelOf));
    });
  }

  /** The update that the pending step waits for, as the optimizers make it. */
  beforeUpdate(names: readonly string[]): void {
    this.pending?.before(names);
  }

  afterUpdate(names: readonly string[]): void {
    if (this.pending?.after(names) === true) {
      this.flush();
    }
  }

  /** Writes the pending step. */
  flush(): void {
    const { pending } = this;
    this.pending = null;
    if (pending !== null) {
      pending.dispose();
      this.tools.append(pending.line());
    }
  }

  /** Whether the record has room for another such step. @param urgent Something happened that must be looked at. */
  fits(step: number, urgent: boolean): boolean {
    return this.law.fits(step, urgent);
  }

  /** Remembers each term's first loss, which later ones are related to. */
  noteLosses(graph: SeenGraph, losses: readonly LossReading[]): void {
    for (const [index, { raw }] of losses.entries()) {
      const id = graph.step.terms[index]?.id ?? '';
      if (raw !== null && Number.isFinite(raw) && raw !== 0 && !this.firstRaw.has(id)) {
        this.firstRaw.set(id, raw);
      }
    }
  }

  /** Call it inside a tidy. */
  measure(step: DeepStep, reductions: Reductions, walk: TermWalk, combined: CombinedGradients): void {
    const { engine, knowledge, reader } = this.tools;
    const { graph, forward, xs, losses } = step;
    const { objective, terms } = graph.step;
    this.now = step.step;
    const reached = xs.flatMap((x, index) =>
      combined.combined[index] === undefined || !isVariable(x) ? [] : [x.name],
    );
    const productsOf = productsInMetric(engine, reductions, xs, combined.combined, {
      slotOf: (name: string) => step.slotOf(name, reached),
      clipNorm: forward.traced.trace.clipNorm,
    });
    const gradients = termGradients(engine, reductions, walk, combined, productsOf);
    const measured = measuredVariables(xs, gradients, terms);
    const learning = { forward, structure: graph.structure, xs, step: graph.step };
    learnZeros(engine, knowledge, reader, learning, graph.origins, gradients, measured);
    if (!graph.featuresKnown) {
      learnFeatures(engine, knowledge, learning, graph.facts, gradients, measured);
      graph.featuresKnown = true;
    }
    this.appendNews(step.step);
    const line: StepLine = {
      type: 'step',
      step: step.step,
      objective: objective.id,
      time: step.time,
      epoch: step.epoch,
      overhead: step.overhead,
      total: toRecorded(forward.totalValue),
      loss: losses.map((loss, index) => recordedLoss(loss, this.firstRaw.get(terms[index]?.id ?? ''))),
      groups: measureGroups(measured, (name) => knowledge.groupOf(name), terms),
      ...kernelNorms(kernelPaths(graph, forward.traced), measured),
      ...this.activations.measure(engine, graph, forward),
    };
    this.law.wrote(step.step, bytesOf(line));
    this.pending = pendingStep(engine, reductions, line, reached, (name) => knowledge.groupOf(name));
  }

  /** Writes what was learnt of the graph since it was written last. */
  appendNews(step: number): void {
    const news = this.tools.knowledge.news(step);
    if (news !== null) {
      this.tools.append(news);
    }
  }
}

/** About how long the line will be: it is not written yet, and most of it are numbers. */
function bytesOf({ loss, groups, kernels }: StepLine): number {
  const numbers = Object.values(groups).map(
    ({ norm, gram, metricGram }) => 2 * norm.length + gram.length + (metricGram?.length ?? 0) + 2,
  );
  const others = 4 * loss.length + 2 * Object.keys(kernels ?? {}).length;
  return BYTES_PER_NUMBER * numbers.reduce((sum, count) => sum + count, others);
}

const BYTES_PER_NUMBER = 20;
