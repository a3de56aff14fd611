import * as tf from '@tensorflow/tfjs';
import { trainingObserver } from '../../core/announcements.ts';
import type { BatchSource } from './batches.ts';
import { CallbackList, type FitCallbacks } from './callbacks.ts';
import type { Examples } from './data.ts';
import type { EarlyStopping } from './earlyStopping.ts';
import { Averages, figuresByTask, flat, type Evaluation, type MultiTaskHistory } from './history.ts';
import type { CompiledTask } from './tasks.ts';

/** The figures of a training step: the total, the sum of regularisers, each task's loss, each metric. */
export interface BatchFigures {
  readonly loss: number;
  readonly regularisation: number;
  readonly losses: readonly number[];
  readonly metrics: readonly number[];
  /** Of how many examples each loss and each metric is the average. */
  readonly examples: readonly number[];
}

export interface FitLoop {
  readonly call: string;
  readonly model: tf.LayersModel;
  readonly tasks: readonly CompiledTask[];
  readonly regularised: boolean;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly source: BatchSource;
  readonly train: (batch: Examples) => Promise<BatchFigures>;
  readonly validate: (() => Promise<Evaluation>) | null;
  readonly callbacks: FitCallbacks | undefined;
  readonly earlyStopping: EarlyStopping | null;
  /** Milliseconds after which the event loop gets a turn; Infinity: never. */
  readonly yieldEvery: number;
}

/** Trains epoch after epoch. A callback may end it by `model.stopTraining = true`, as in tfjs. */
export async function runFitLoop(loop: FitLoop): Promise<MultiTaskHistory> {
  const { model, source, epochs, earlyStopping } = loop;
  const callbacks = new CallbackList(loop.callbacks, model, {
    epochs,
    initialEpoch: loop.initialEpoch,
    ...(source.perEpoch === null ? {} : { steps: source.perEpoch }),
  });
  const epoch: number[] = [];
  const history: Record<string, number[]> = {};
  let stopped: MultiTaskHistory['stopped'] = null;
  trainingObserver()?.plan({ call: loop.call, model: model.name, epochs, stepsPerEpoch: source.perEpoch });
  const stopAsked = (): boolean => model.stopTraining;
  model.stopTraining = false;
  await callbacks.onTrainBegin();
  for (let at = loop.initialEpoch; at < epochs; at++) {
    trainingObserver()?.epoch(at + 1);
    await callbacks.onEpochBegin(at);
    const trained = await trainEpoch(loop, callbacks);
    if (trained === null) {
      break;
    }
    const logs = flat(trained, loop.regularised);
    if (loop.validate !== null) {
      const validation = await loop.validate();
      trainingObserver()?.validation(at + 1, validation.tasks);
      Object.assign(logs, flat(validation, loop.regularised, 'val_'));
    }
    epoch.push(at);
    for (const [key, value] of Object.entries(logs)) {
      (history[key] ??= []).push(value);
    }
    await callbacks.onEpochEnd(at, logs);
    if (earlyStopping?.endsAfter(at, logs) === true) {
      stopped = { monitor: earlyStopping.monitor, ...earlyStopping.best };
      break;
    }
    if (stopAsked()) {
      break;
    }
  }
  earlyStopping?.restore();
  await callbacks.onTrainEnd();
  return { epoch, history, stopped };
}

/** Null where there was no batch. */
async function trainEpoch(loop: FitLoop, callbacks: CallbackList): Promise<Evaluation | null> {
  const averages = new Averages();
  const taskCount = loop.tasks.length;
  let lastYield = performance.now();
  let index = 0;
  for await (const batch of loop.source.epoch()) {
    try {
      const about = { batch: index, size: batch.count };
      await callbacks.onBatchBegin(index, about);
      const figures = await loop.train(batch);
      averages.add(
        [figures.loss, figures.regularisation, ...figures.losses, ...figures.metrics],
        [batch.count, batch.count, ...figures.examples],
      );
      const { loss, regularisation, losses, metrics } = figures;
      const logs = { loss, regularisation, tasks: figuresByTask(loop.tasks, losses, metrics) };
      await callbacks.onBatchEnd(index, { ...about, ...flat(logs, loop.regularised) });
    } finally {
      batch.dispose();
    }
    index++;
    if (performance.now() - lastYield >= loop.yieldEvery) {
      await tf.nextFrame();
      lastYield = performance.now();
    }
    if (loop.model.stopTraining) {
      break;
    }
  }
  if (index === 0) {
    return null;
  }
  const [loss = NaN, regularisation = NaN, ...rest] = averages.values;
  return { loss, regularisation, tasks: figuresByTask(loop.tasks, rest.slice(0, taskCount), rest.slice(taskCount)) };
}
