import type * as Tf from '@tensorflow/tfjs';
import type ts from 'typescript';
import { installTrainingObserver } from '../../core/announcements.ts';
import type { RecordLine, SourcePosition } from '../../core/run/record.ts';
import type { StepSchedule } from '../../core/schedule/stepSchedule.ts';
import { SuddenLoss } from '../../core/schedule/suddenLoss.ts';
import { readingsAsLines, type Readings } from '../../core/run/windows/readings.ts';
import { CurvatureProbe } from './measure/curvature.ts';
import { engineInternals } from './tape/engineInternals.ts';
import { installForwardTracer, type TraceTarget } from './tape/forwardTrace.ts';
import { FactLog } from './facts/factLog.ts';
import { tellMisnamed, tellValidationLabels } from './facts/validationFacts.ts';
import { watchFacts } from './facts/watchFacts.ts';
import { GraphKnowledge } from './graph/graphKnowledge.ts';
import { installLayerScope } from './tape/layerScope.ts';
import { libraryObserver } from './calls/libraryObserver.ts';
import { NonFiniteWatch } from './nonFinite/nonFiniteWatch.ts';
import { ReadingLog } from './readingLog.ts';
import { installOptimizerCalls } from './calls/optimizerCalls.ts';
import { watchOptimizerState } from './calls/optimizerState.ts';
import { scheduleFor } from './scheduleFor.ts';
import { createSourceNames } from './graph/sourceNames.ts';
import { describeOptimizer, epochOf, isTrained, planLine, siteOf, viaOf } from './stepContext.ts';
import { StepRecorder, type StepRequest } from './stepRecorder.ts';
import { TimedSteps } from './timedSteps.ts';
import { installTrainingCalls } from './calls/trainingCalls.ts';
import { installValidationCalls } from './calls/validationCalls.ts';
import { validationLine } from './calls/validationLine.ts';
import { installVariableLabels } from './calls/variableLabels.ts';
import { captureStack } from './tape/captureStack.ts';

export interface ObservationOptions {
  readonly tf: typeof Tf;
  readonly recording: {
    append(line: RecordLine): void;
    /** A cheaper way for what is read at every step; absent: it is appended in lines. */
    readonly readings?: Readings;
    noteStep(step: number): void;
    readonly stopRequested: unknown;
  };
  /**
   * Every n-th step of an objective is observed; 0: none, losses are only watched for the first that is not finite; null: as
   * many as `budget` allows.
   */
  readonly every: number | null;
  /** The fraction by which observation may make training slower. */
  readonly budget: number | null;
  /** Instead of both: what decides how each step is looked at. */
  readonly schedule?: StepSchedule;
  /** `performance.now()` at the run's start. */
  readonly startedAt: number;
  /** All frames of an error in the user's code, innermost first, as its author wrote it. */
  framesOf(error: Error): SourcePosition[];
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
  /** Folder that record positions are relative to. */
  readonly cwd: string;
  /** Loads the parser when a name is first needed. */
  loadTypescript(): typeof ts;
  /** The backend that the record names by now; another that the script chose is noted at the first step. */
  readonly backendName: string | null;
  /** What may have another backend take over between steps. */
  readonly takeover?: { beforeStep(step: number, f: () => Tf.Tensor): () => Tf.Tensor } | null;
  /** Called at a step once a stop was requested: finishes the record and ends the process. */
  stop(): never;
}

export interface Observation {
  /** Training steps so far, observed or not. */
  readonly steps: number;
  readonly observed: number;
  /** The training call under way, e.g. `fit of model1`, or null. */
  readonly training: string | null;
  /** Appends what is pending: call it before the record ends. */
  flush(): void;
  /** Puts tfjs back as it was. */
  uninstall(): void;
}

/**
 * Observes all training in this process through the one hook that all of tfjs's training passes: the engine's
 * `gradients`. Every step's result is tfjs's own to the bit.
 */
export function installObservation(options: ObservationOptions): Observation {
  const { tf, recording } = options;
  const engine = engineInternals(tf);
  const append = (line: RecordLine): void => recording.append(line);
  const names = createSourceNames(options.cwd, () => options.loadTypescript());
  const labels = installVariableLabels(tf, engine, options, names);
  const facts = new FactLog(append);
  const knowledge = new GraphKnowledge((variable) => labels.labelOf(variable));
  const callPosition = (): SourcePosition | null =>
    calls.open === null ? null : (options.framesOf(calls.open.error)[0] ?? null);
  const watch = watchFacts({
    tf,
    engine,
    facts,
    reader: options,
    labels,
    groupOf: (variable) => knowledge.groupOf(variable),
    stepNow: () => steps,
    random: options.random,
    callPosition,
  });
  const layers = installLayerScope(tf, watch.onRun);
  const tracer = installForwardTracer(engine, layers);
  const schedule = options.schedule ?? scheduleFor(options);
  const timed = new TimedSteps(schedule);
  const sudden = new SuddenLoss();
  const log = new ReadingLog(recording.readings ?? readingsAsLines(append));
  let steps = 0;
  let observed = 0;
  let libraryEpoch: number | null = null;
  let trace: TraceTarget | null = null;
  /** Of the newest step whose losses have names. */
  let objectiveNow: string | null = null;

  const { random } = options;
  const labelOf = (variable: string): string => labels.labelOf(variable);
  const original = engine.gradients.bind(engine);
  const curvature = new CurvatureProbe({
    engine,
    facts,
    random,
    groupOf: (variable) => knowledge.groupOf(variable),
    gradients: (f, xs) => original(f, xs, null, true),
    modelNow: () => calls.fit?.model ?? null,
  });
  const recorder = new StepRecorder({
    engine,
    tracer,
    knowledge,
    reader: options,
    names,
    log,
    facts,
    labelOf,
    witnesses: watch.witnesses,
    isFrozen: (variable) => watch.isFrozen(variable),
    append,
    random,
    curvature,
    nonFinite: new NonFiniteWatch({ engine, tracer, reader: options, random, labelOf, append }),
    onTrace: (target) => (trace = target),
  });
  const optimizerState = watchOptimizerState(options, labelOf, append, (fact) => facts.tell(fact), callPosition);
  const optimizers = installOptimizerCalls(tf, {
    before: (variables, optimizer) => {
      timed.beside(() => {
        optimizerState.before(variables, optimizer, steps);
        watch.beforeUpdate(variables, optimizer, objectiveNow);
        recorder.deep.beforeUpdate(variables);
      });
    },
    after: (variables) => {
      timed.beside(() => recorder.deep.afterUpdate(variables));
      timed.curvature(() => curvature.afterUpdate(variables));
    },
  });
  const calls = installTrainingCalls(tf, (call) => append(planLine(steps, call, options)));
  const validations = installValidationCalls(tf, {
    validated: (epoch, figures) => append(validationLine(steps, epoch, figures)),
    labels: (labels) => labels.forEach((each) => tellValidationLabels(facts, steps, each)),
    misnamed: (each) => tellMisnamed(facts, options, steps, each),
  });
  const removeObserver = installTrainingObserver(
    libraryObserver({
      reader: options,
      append,
      stepNow: () => steps,
      trace: () => trace,
      noteEpoch: (epoch) => (libraryEpoch = epoch),
    }),
  );

  const ownGradients = Object.getOwnPropertyDescriptor(engine, 'gradients');
  engine.gradients = function gradients(f, xs, dy = null, allowNoGradients = false) {
    const training =
      engine.state.gradientDepth === 0 && engine.state.kernelDepth === 0 && xs.some((x) => isTrained(engine, x));
    if (!training) {
      return original(f, xs, dy, allowNoGradients);
    }
    if (recording.stopRequested !== null) {
      recorder.deep.flush();
      options.stop();
    }
    recorder.deep.flush();
    steps++;
    recording.noteStep(steps);
    if (steps === 1) {
      const name = tf.getBackend();
      if (options.backendName !== null && name !== options.backendName) {
        append({ type: 'backend', step: 1, name, reason: 'The script chose it itself.' });
      }
    }
    const { fit } = calls;
    const { minimize } = optimizers;
    const site = siteOf(f, xs, minimize, fit?.modelName ?? null);
    watch.beginStep(site, steps);
    const request: StepRequest = {
      watch: timed.begin(site),
      step: steps,
      epoch: epochOf(fit?.call ?? null) ?? libraryEpoch,
      time: performance.now() - options.startedAt,
      overhead: schedule.overhead,
      f: options.takeover?.beforeStep(steps, f) ?? f,
      xs,
      dy,
      allowNoGradients,
      fit,
      context: {
        via: viaOf(fit?.call ?? null, minimize !== null),
        owner: fit?.modelName ?? '',
        site,
        call: fit?.call ?? null,
        optimizer: minimize === null ? null : describeOptimizer(minimize),
        listed: fit !== null || minimize === null || minimize.listed !== null,
        error: recorder.needsStacks(site) ? captureStack('training call') : null,
      },
      looksAtJumps: schedule.watchesGradients,
      isSudden: (total) => sudden.note(total),
      slotOf: (variable, reached) => {
        if (minimize === null) {
          return optimizers.slots.get(variable) ?? null;
        }
        const slot = (minimize.listed ?? reached).indexOf(variable);
        return { optimizer: minimize.optimizer, className: minimize.className, slot };
      },
    };
    const { result, watch: looked, objective, ...times } = timed.gradients(() => recorder.observe(request));
    timed.note(looked, times.readingTime, times.factsTime);
    if (looked.depth === 'deep' && objective !== null) {
      observed++;
    }
    if (objective !== null) {
      objectiveNow = objective;
      schedule.note(site, objective);
    }
    return result;
  };

  const flush = (): void => {
    curvature.dispose();
    recorder.deep.flush();
    log.close();
  };
  return {
    get steps() {
      return steps;
    },
    get observed() {
      return observed;
    },
    get training() {
      return calls.open === null ? null : `${calls.open.via} of ${calls.open.model}`;
    },
    flush,
    uninstall: () => {
      flush();
      tracer.uninstall();
      if (ownGradients === undefined) {
        Reflect.deleteProperty(engine, 'gradients');
      } else {
        Object.defineProperty(engine, 'gradients', ownGradients);
      }
      removeObserver();
      validations.uninstall();
      calls.uninstall();
      optimizers.uninstall();
      layers.uninstall();
      watch.uninstall();
      labels.uninstall();
    },
  };
}
