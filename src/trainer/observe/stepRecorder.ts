import type * as Tf from '@tensorflow/tfjs';
import { LOSSES_ALONE, type StepWatch } from '../../core/schedule/stepSchedule.ts';
import type { FactLog } from './facts/factLog.ts';
import type { StepWitness, WitnessedStep } from './facts/stepWitness.ts';
import { witnessClock, type WitnessClock } from './facts/witnessClock.ts';
import { GraphRecognition, type StepOrigin } from './graph/graphRecognition.ts';
import type { SeenGraph } from './graph/seenGraphs.ts';
import type { SourceNames } from './graph/sourceNames.ts';
import { nodesOfStep } from './graph/termStructure.ts';
import type { CurvatureProbe } from './measure/curvature.ts';
import { DeepMeasure, type DeepStep, type DeepTools } from './measure/deepMeasure.ts';
import { halvesGradients } from './measure/halves.ts';
import { halvesLine } from './measure/halvesLine.ts';
import { lossReading, readings } from './measure/lossReadings.ts';
import { predictionPlaces } from './measure/predictionHalves.ts';
import { reductionsOf } from './measure/backendReductions.ts';
import type { Reductions } from './measure/reductions.ts';
import { Scratch } from './measure/scratch.ts';
import { combinedGradients, type CombinedGradients, type TermWalk } from './measure/combinedGradients.ts';
import type { NonFiniteWatch } from './nonFinite/nonFiniteWatch.ts';
import type { ReadingLog } from './readingLog.ts';
import type { StepNumbers } from './stepContext.ts';
import type { GradientsResult } from './tape/engineInternals.ts';
import type { ForwardTracer, TraceTarget } from './tape/forwardTrace.ts';
import { observeForward, type ObservedForward } from './tape/observedForward.ts';
import { tensorAt } from './tape/tapeFingerprint.ts';

export interface StepRequest extends StepOrigin, StepNumbers, Pick<DeepStep, 'slotOf'> {
  /** How the schedule would have it looked at. */
  readonly watch: StepWatch;
  readonly f: () => Tf.Tensor;
  readonly dy: Tf.Tensor | null;
  readonly allowNoGradients: boolean;
  /** Whether a jump is looked at deeply, whatever the schedule says. */
  readonly looksAtJumps: boolean;
  /** Whether this minimised value is a jump. */
  readonly isSudden: (total: number) => boolean;
}

export interface RecorderTools extends DeepTools {
  readonly tracer: ForwardTracer;
  readonly names: SourceNames;
  readonly log: ReadingLog;
  readonly facts: FactLog;
  readonly witnesses: readonly StepWitness[];
  /** Whether a variable that is not trained is frozen. */
  readonly isFrozen: (variable: Tf.Variable) => boolean;
  readonly nonFinite: NonFiniteWatch;
  readonly curvature: CurvatureProbe;
  onTrace(target: TraceTarget | null): void;
  /** The seeded Math.random: a script's own gradient functions may draw, and extra walks must not move it. */
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
}

export interface ObservedStep {
  readonly result: GradientsResult;
  /** How it was looked at in the end. */
  readonly watch: StepWatch;
  /** Null where its losses have no names yet. */
  readonly objective: string | null;
  /** Milliseconds that it took to read the losses. */
  readonly readingTime: number;
  /** And to look for facts. */
  readonly factsTime: number;
}

/** Runs one training step in place of tfjs's `gradients`, with the same result to the bit, and looks at it. */
export class StepRecorder {
  readonly deep: DeepMeasure;
  private readonly scratch = new Scratch();
  private readonly recognition: GraphRecognition;
  private readonly witness: WitnessClock;

  constructor(private readonly tools: RecorderTools) {
    this.witness = witnessClock(tools.witnesses);
    this.deep = new DeepMeasure(tools);
    this.recognition = new GraphRecognition(tools.knowledge, tools.reader, tools.names, tools.isFrozen);
  }

  /** True where the next step of this site has to capture the places of its ops. */
  needsStacks(site: string): boolean {
    return this.recognition.needsStacks(site);
  }

  observe(request: StepRequest): ObservedStep {
    const { engine, tracer } = this.tools;
    this.scratch.reset();
    this.witness.start();
    this.tools.curvature.beginStep(request.step);
    const capture = this.needsStacks(request.context.site);
    const locate: Parameters<typeof observeForward>[3] = (traced) => this.recognition.locate(request, traced);
    const forward = observeForward(
      engine,
      tracer.start(capture),
      request.f,
      locate,
      (target) => this.tools.onTrace(target),
      this.scratch,
      (read) => this.witness.ended(read, request),
    );
    try {
      const recognised = this.recognition.recognise(request, forward, capture);
      if (recognised?.isNew === true && recognised.graph.facts.cuts.some(({ kind }) => kind === 'noGradient')) {
        // The walk below will throw, at the op without gradient: what is known must be on record before it does.
        this.deep.appendNews(request.step);
      }
      const witnessed = recognised === null ? null : { origin: request, forward, ...recognised };
      if (witnessed !== null) {
        this.witness.seen(witnessed);
      }
      return this.walk(request, forward, witnessed);
    } finally {
      forward.traced.trace.dispose();
    }
  }

  private walk(request: StepRequest, forward: ObservedForward, witnessed: WitnessedStep | null): ObservedStep {
    const { engine, nonFinite } = this.tools;
    const graph = witnessed?.graph ?? null;
    const { xs, dy, watch, context } = request;
    const { traced, totalValue } = forward;
    const start = performance.now();
    const terms = readings(forward);
    const structure = graph?.structure ?? this.recognition.bareStructure(request, forward);
    if (!request.allowNoGradients && structure.nodes.length === 0) {
      throw new Error(
        'Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all operations ' +
          'that lead from x to y.',
      );
    }
    const named = graph ?? this.recognition.likely(context.site, forward.losses) ?? null;
    const broken = nonFinite.afterForward(request, forward, named);
    const alone = request.isSudden(totalValue) || broken;
    const asked = graph === null ? LOSSES_ALONE : this.possible(watch, request.step, alone && request.looksAtJumps);
    const whole: TermWalk = {
      depth: asked.depth,
      nodes: nodesOfStep(structure, traced.tape),
      total: traced.total,
      dy,
      xs,
      masksOfXs: structure.masksOfXs,
      summedXs: structure.summedXs,
      leaves: terms.map(({ leaves }) => leaves),
    };
    let readingTime = forward.readingTime + performance.now() - start;
    const result = engine.tidy('backward', (): GradientsResult => {
      const reductions = reductionsOf(engine);
      const combined = combinedGradients(engine, reductions, whole, this.scratch, nonFinite.isLooking);
      const after = performance.now();
      const losses = terms.map((reading) => lossReading(reading, combined.seeds));
      if (named !== null) {
        this.deep.noteLosses(named, losses);
      }
      nonFinite.afterGradients(request, forward, named, whole, combined, reductions);
      if (witnessed !== null) {
        this.witness.walked(witnessed, combined.combined);
      }
      readingTime += performance.now() - after;
      if (graph !== null) {
        this.lookCloser(request, forward, graph, losses, whole, combined, reductions, asked);
      }
      const last = performance.now();
      if (named !== null) {
        // A graph comes before the lines that follow it.
        this.deep.appendNews(request.step);
        this.tools.log.add(request, totalValue, named, losses, combined.boundary, alone);
      }
      readingTime += performance.now() - last;
      this.disposeTape();
      return { value: traced.total, grads: combined.combined };
    });
    const { time: factsTime, whileReading } = this.witness;
    readingTime -= whileReading;
    return { result, watch: asked, objective: graph?.step.objective.id ?? null, readingTime, factsTime };
  }

  /** How a step can be looked at for which this was asked: the record has room for so many deep ones. */
  private possible(watch: StepWatch, step: number, urgent: boolean): StepWatch {
    const wished: StepWatch = urgent ? { ...watch, depth: 'deep' } : watch;
    return wished.depth === 'deep' && !this.deep.fits(step, urgent) ? { ...wished, depth: 'shallow' } : wished;
  }

  /** Whatever walks beside the ordinary one; the script's own gradient functions may draw random numbers in it. */
  private lookCloser(
    request: StepRequest,
    forward: ObservedForward,
    graph: SeenGraph,
    losses: DeepStep['losses'],
    walk: TermWalk,
    combined: CombinedGradients,
    reductions: Reductions,
    { depth, halves }: StepWatch,
  ): void {
    const { random, engine, knowledge } = this.tools;
    if (depth !== 'deep' && !halves) {
      return;
    }
    const drawn = random?.snapshot() ?? null;
    if (depth === 'deep') {
      this.deep.measure({ ...request, graph, forward, losses }, reductions, walk, combined);
      this.tools.curvature.measured(request, graph.step.objective.id, combined.combined);
    }
    if (halves) {
      const { tape, total } = forward.traced;
      const measured = halvesGradients(engine, walk, combined, {
        tasks: graph.losses.found.tasks.length,
        mixing: graph.independentHalves === null,
        predictions: () => {
          graph.predictions ??= predictionPlaces(forward.traced, graph.losses);
          return graph.predictions.map((place) => (place === null ? null : (tensorAt(place, tape, total) ?? null)));
        },
      });
      if (measured !== null) {
        graph.independentHalves ??= measured.independent;
        const independent = graph.independentHalves === true;
        this.tools.append(
          halvesLine(request.step, graph, measured, independent, reductions, (name) => knowledge.groupOf(name)),
        );
      }
    }
    random?.restore(drawn);
  }

  /** What tfjs does with the tape after the outermost backward pass. */
  private disposeTape(): void {
    const { state } = this.tools.engine;
    if (state.gradientDepth === 0) {
      for (const { saved } of state.activeTape ?? []) {
        for (const tensor of saved) {
          tensor.dispose();
        }
      }
      state.activeTape = null;
    }
  }
}
