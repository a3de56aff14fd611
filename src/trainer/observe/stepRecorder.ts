import type * as Tf from '@tensorflow/tfjs';
import type { RecordLine, StepLine } from '../../core/run/record.ts';
import { toRecorded } from '../../core/run/numbers.ts';
import { nodesBetween, walkBack, type WalkNode } from './tape/backwardWalk.ts';
import { isVariable, type EngineInternals, type GradientsResult } from './tape/engineInternals.ts';
import type { TraceTarget } from './tape/forwardTrace.ts';
import { learnFeatures, learnStructure, learnZeros, type LearningStep } from './graph/graphLearning.ts';
import type { GraphFacts } from './graph/graphFacts.ts';
import type { GraphKnowledge } from './graph/graphKnowledge.ts';
import type { LayerScope } from './tape/layerScope.ts';
import { ActivationWatch } from './measure/activations.ts';
import { lossReading } from './measure/lossReadings.ts';
import type { LossValue } from './measure/nonFiniteWatch.ts';
import { observeForward, type ObservedForward } from './tape/observedForward.ts';
import type { OptimizerSlot } from './calls/optimizerCalls.ts';
import { pendingStep, type PendingStep } from './measure/pendingStep.ts';
import type { FrameReader } from './graph/positions.ts';
import type { SourceNames } from './graph/sourceNames.ts';
import { SeenGraphs } from './graph/seenGraphs.ts';
import { measureGroups, readings, variableGradients, walkTerms } from './measure/stepMeasure.ts';
import type { TermGradients } from './measure/termGradients.ts';
import { stepObjective, type StepContext } from './graph/stepObjective.ts';
import type { FitContext } from './graph/findTerms.ts';

export interface StepRequest {
  readonly step: number;
  readonly epoch: number | null;
  readonly time: number;
  /** What observation has cost before this step. */
  readonly overhead: number | null;
  readonly f: () => Tf.Tensor;
  readonly xs: readonly Tf.Tensor[];
  readonly dy: Tf.Tensor | null;
  readonly allowNoGradients: boolean;
  readonly fit: FitContext | null;
  readonly context: StepContext;
  /** Where each variable's moments lie, as far as it can be known before the update. */
  slotOf(variable: string, reached: readonly string[]): OptimizerSlot | null;
}

export interface RecorderTools {
  readonly engine: EngineInternals;
  readonly layers: LayerScope;
  readonly knowledge: GraphKnowledge;
  readonly reader: FrameReader;
  readonly names: SourceNames;
  append(line: RecordLine): void;
  onTrace(target: TraceTarget | null): void;
  /** The seeded Math.random: a script's own gradient functions may draw, and extra walks must not move it. */
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
}

export interface ObservedStep {
  readonly result: GradientsResult;
  /** Null where the step could not be measured: its losses have no names yet. */
  readonly objective: string | null;
  readonly losses: readonly LossValue[];
}

interface Recognised {
  readonly learning: LearningStep;
  readonly facts: GraphFacts;
  /** The graph was read just now: what flows through predictions is to be measured. */
  readonly isNew: boolean;
}

/** Runs one training step in place of tfjs's `gradients`, with the same result to the bit, and measures it. */
export class StepRecorder {
  private readonly graphs = new SeenGraphs();
  private readonly activations = new ActivationWatch();
  private readonly firstRaw = new Map<string, number>();
  private pending: PendingStep | null = null;

  constructor(private readonly tools: RecorderTools) {}

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
      this.tools.append(pending.line());
    }
  }

  /** Runs the step and measures it. */
  observe(request: StepRequest): ObservedStep {
    const { engine, layers } = this.tools;
    const capture = this.graphs.needsStacks(request.context.site);
    const forward = observeForward(engine, layers, request.f, request.fit, capture, (target) =>
      this.tools.onTrace(target),
    );
    try {
      const nodes = nodesBetween(forward.tape, request.xs, forward.total);
      if (!request.allowNoGradients && nodes.length === 0) {
        throw new Error(
          'Cannot compute gradient of y=f(x) with respect to x. Make sure that the f you passed encloses all operations ' +
            'that lead from x to y.',
        );
      }
      const recognised = this.recognise(request, forward, nodes, capture);
      if (recognised === null) {
        return {
          result: engine.tidy('backward', () => plainGradients(engine, forward, nodes, request)),
          objective: null,
          losses: [],
        };
      }
      const { learning, facts, isNew } = recognised;
      const result = engine.tidy('backward', () => this.measure(request, learning, facts, isNew));
      return { result, objective: learning.step.objective.id, losses: lossValues(learning) };
    } finally {
      forward.trace.dispose();
    }
  }

  /** Finds the step's objective; reads the structure of a graph that was not seen before. Null: it has no names yet. */
  private recognise(
    request: StepRequest,
    forward: ObservedForward,
    nodes: readonly WalkNode[],
    captured: boolean,
  ): Recognised | null {
    const { knowledge, reader, names } = this.tools;
    const { site } = request.context;
    const signature = `${request.xs.map(({ id }) => id).join()} ${forward.slotted.signature}`;
    const seen = this.graphs.find(site, signature);
    const known = seen ?? this.graphs.standIn(site, readings(forward).length);
    if (known !== undefined && !captured) {
      return { learning: { forward, nodes, xs: request.xs, step: known.step }, facts: known.facts, isNew: false };
    }
    this.graphs.noteStacks(site, captured);
    if (!captured && forward.found.from === 'tape') {
      // A new graph, met without stacks: the next step of the site captures them.
      return null;
    }
    const step = seen?.step ?? stepObjective(forward, request.context, knowledge, reader, names);
    const learning = { forward, nodes, xs: request.xs, step };
    const facts = learnStructure(knowledge, reader, learning);
    this.graphs.remember(site, signature, { step, facts });
    if (facts.cuts.some(({ kind }) => kind === 'noGradient')) {
      // The walk below will throw: what is known must be on record before it does.
      this.appendNews(request.step);
    }
    return { learning, facts, isNew: true };
  }

  private measure(request: StepRequest, learning: LearningStep, facts: GraphFacts, isNew: boolean): GradientsResult {
    const { engine, knowledge, reader } = this.tools;
    const { forward, nodes, xs, step } = learning;
    const { random } = this.tools;
    let drawn: unknown = null;
    const gradients = walkTerms(engine, forward, nodes, xs, request.dy, () => (drawn = random?.snapshot() ?? null));
    const reached = xs.flatMap((x, index) =>
      gradients.combined[index] === undefined || !isVariable(x) ? [] : [x.name],
    );
    const measured = variableGradients(engine, xs, gradients, step.terms, (name) => request.slotOf(name, reached));
    learnZeros(engine, knowledge, reader, learning, gradients, measured);
    if (isNew) {
      learnFeatures(engine, knowledge, learning, facts, gradients, measured);
    }
    this.appendNews(request.step);
    const line: StepLine = {
      type: 'step',
      step: request.step,
      objective: step.objective.id,
      time: request.time,
      epoch: request.epoch,
      overhead: request.overhead,
      total: toRecorded(engine.readSync(forward.total.dataId)[0] ?? NaN),
      loss: this.losses(learning, gradients),
      groups: measureGroups(measured, (name) => knowledge.groupOf(name), step.terms),
      ...this.activations.measure(engine, forward, step.objective.id),
    };
    this.pending = pendingStep(engine, line, reached, (name) => knowledge.groupOf(name));
    disposeTape(engine);
    random?.restore(drawn);
    return { value: forward.total, grads: gradients.combined };
  }

  private losses({ forward, step }: LearningStep, { seeds }: TermGradients): StepLine['loss'] {
    return readings(forward).map((reading, index) => {
      const id = step.terms[index]?.id ?? '';
      const loss = lossReading(reading, seeds, this.firstRaw.get(id));
      const raw = Number(loss.raw ?? NaN);
      if (this.firstRaw.has(id) || !Number.isFinite(raw) || raw === 0) {
        return loss;
      }
      this.firstRaw.set(id, raw);
      return { ...loss, relative: 1 };
    });
  }

  private appendNews(step: number): void {
    const news = this.tools.knowledge.news(step);
    if (news !== null) {
      this.tools.append(news);
    }
  }
}

function lossValues({ forward, step }: LearningStep): LossValue[] {
  return forward.tasks.map((reading, index) => {
    const raw = lossReading(reading, new Map(), undefined).raw;
    return {
      task: step.terms[index]?.id ?? '',
      position: step.terms[index]?.position ?? null,
      raw: raw === null ? null : Number(raw),
    };
  });
}

/** The ordinary backward pass and nothing beside it. */
function plainGradients(
  engine: EngineInternals,
  { total }: ObservedForward,
  nodes: readonly WalkNode[],
  { xs, dy }: StepRequest,
): GradientsResult {
  const seed = dy ?? engine.makeTensor(new Float32Array(total.size).fill(1), total.shape, 'float32');
  const gradients = new Map([[total.id, seed]]);
  walkBack(engine, nodes, gradients);
  disposeTape(engine);
  return { value: total, grads: xs.map(({ id }) => gradients.get(id)) };
}

/** What tfjs does with the tape after the outermost backward pass. */
function disposeTape(engine: EngineInternals): void {
  if (engine.state.gradientDepth === 0) {
    for (const { saved } of engine.state.activeTape ?? []) {
      for (const tensor of saved) {
        tensor.dispose();
      }
    }
    engine.state.activeTape = null;
  }
}
