import type * as Tf from '@tensorflow/tfjs';
import type { SourcePosition } from '../../../core/run/record.ts';
import { installCompileCalls } from '../calls/compileCalls.ts';
import { installLossShapes } from '../calls/lossShapes.ts';
import { installOptimizersMade } from '../calls/optimizersMade.ts';
import { installTrainedLayers, type TrainedLayers } from '../calls/trainedLayers.ts';
import type { VariableLabels } from '../calls/variableLabels.ts';
import type { FrameReader } from '../graph/positions.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import type { FactLog } from './factLog.ts';
import { dataWitness } from './data/dataWitness.ts';
import { foreignVariables } from './foreignVariables.ts';
import { kernelStarts } from './kernelStarts.ts';
import { layersMade } from './layersMade.ts';
import { leftOut } from './leftOut.ts';
import { lossForms } from './lossForms.ts';
import { lossRanks } from './lossRanks.ts';
import { ownLosses } from './ownLosses.ts';
import { ignoredOptions, OptimizersAtWork } from './optionFacts.ts';
import type { StepWitness } from './stepWitness.ts';
import { symmetricKernels } from './symmetry.ts';
import { watchLeaks } from './tensorLeak.ts';

export interface FactSources {
  readonly tf: typeof Tf;
  readonly engine: EngineInternals;
  readonly facts: FactLog;
  readonly reader: FrameReader;
  readonly labels: VariableLabels;
  groupOf(variable: string): string | undefined;
  readonly stepNow: () => number;
  /** The seeded Math.random, which watching must not move. */
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
  /** Where the training call stands that has not returned; null outside of one. */
  callPosition(): SourcePosition | null;
}

export interface FactWatch {
  readonly witnesses: readonly StepWitness[];
  /** For the layer scope: every layer that is applied. */
  readonly onRun: TrainedLayers['onRun'];
  /** Whether a variable that is not trained is frozen; else it is left out of a list. */
  isFrozen(variable: Tf.Variable): boolean;
  /** A step begins, before anything of it is made. */
  beginStep(site: string, step: number): void;
  /** An optimizer is about to move these variables. @param objective What they were minimised for */
  beforeUpdate(names: readonly string[], optimizer: object, objective: string | null): void;
  uninstall(): void;
}

/** Watches the script's options, optimizers and layers, and what its graphs leave out. */
export function watchFacts(sources: FactSources): FactWatch {
  const { tf, engine, facts, reader, labels, stepNow } = sources;
  const layers = installTrainedLayers(tf, engine);
  const ignored = ignoredOptions({ facts, reader, stepNow });
  const made = installOptimizersMade(tf, (rate) => ignored.rate(rate));
  const compiled = installCompileCalls(tf, (weights) => ignored.weights(weights));
  const lossShapes = installLossShapes(
    tf,
    lossRanks(facts, stepNow, () => sources.callPosition()),
  );
  const leaks = watchLeaks(engine, facts, reader, () => sources.callPosition());
  const atWork = new OptimizersAtWork(
    { facts, reader },
    {
      madeAt: (optimizer) => made.madeAt(optimizer),
      rateOf: (optimizer) => made.rateOf(optimizer),
      isNamed: (optimizer) => compiled.isNamed(optimizer),
      groupOf: (variable) => sources.groupOf(variable),
    },
  );
  return {
    witnesses: [
      layersMade(facts, reader, layers),
      leftOut({ facts, reader, layers, labels }),
      symmetricKernels(engine, facts, reader, layers, labels),
      kernelStarts(engine, facts, reader, layers, labels),
      foreignVariables(facts, layers, labels),
      dataWitness({ engine, facts, reader, random: sources.random }),
      lossForms(facts),
      ownLosses(facts, reader),
    ],
    onRun: layers.onRun,
    isFrozen: ({ name, trainable }) => !trainable || layers.layerOf(name)?.isFrozen === true,
    beginStep: (site, step) => leaks.beginStep(site, step),
    beforeUpdate: (names, optimizer, objective) => atWork.before(names, optimizer, objective, stepNow()),
    uninstall: () => {
      leaks.uninstall();
      lossShapes.uninstall();
      compiled.uninstall();
      made.uninstall();
      layers.uninstall();
    },
  };
}
