import * as tf from '@tensorflow/tfjs';
import { checkClipNorm } from '../clipNorm.ts';
import { checkComplete, checkCount, checkKeys, MtlConfigurationError } from '../configuration.ts';
import type { VariableGroup } from '../groups/variableGroups.ts';
import { keptOffTape } from '../tape.ts';
import { read, readNow, scalarsOf, stepResult, type StepResult } from '../stepResult.ts';
import { TrainingStep, type StepTensors } from '../trainingStep.ts';
import { FixedWeights } from '../weighting/fixedWeights.ts';
import type { Weighting } from '../weighting/weighting.ts';
import { fromDataset, inOrder, type BatchedDataset } from './batches.ts';
import type { MultiTaskModelSettings } from './modelSettings.ts';
import { examples, type Examples, type Inputs, type Labels } from './data.ts';
import { evaluateTasks } from './evaluate.ts';
import {
  fitDatasetLoop,
  fitTensorsLoop,
  type FitDatasetOptions,
  type FitOptions,
  type LoopParts,
} from './fitOptions.ts';
import { runFitLoop, type BatchFigures, type FitLoop } from './fitLoop.ts';
import { examplesBehind, metricScalars, predictions, taskLosses, variablesOf } from './forward.ts';
import type { Evaluation, MultiTaskHistory } from './history.ts';
import { labelledRows } from './missingLabels.ts';
import { compileTasks, type CompiledTask } from './tasks.ts';

const SETTINGS = ['tasks', 'optimizer', 'learningRates', 'weighting', 'groups', 'clipNorm'];

/** Made by `compileMultiTask`. The model stays as it is: use it to predict, to save, to freeze layers. */
export class MultiTaskModel<Task extends string = string> {
  readonly model: tf.LayersModel;
  readonly weighting: Weighting;
  readonly #tasks: readonly CompiledTask[];
  readonly #training: TrainingStep;
  #busy = false;

  constructor(model: tf.LayersModel, settings: MultiTaskModelSettings<Task, string>) {
    checkKeys('compileMultiTask()', settings, SETTINGS, 'setting');
    checkComplete('compileMultiTask()', settings, ['tasks', 'optimizer', 'learningRates'], 'setting');
    checkClipNorm('clipNorm', settings.clipNorm);
    this.model = model;
    this.#tasks = compileTasks(model, settings.tasks);
    this.weighting = settings.weighting ?? new FixedWeights();
    this.#training = new TrainingStep({
      tasks: this.#tasks,
      optimizer: settings.optimizer,
      learningRates: settings.learningRates,
      groups: settings.groups ?? {},
      weighting: this.weighting,
      clipNorm: settings.clipNorm,
      variables: () => variablesOf(model.trainableWeights),
      chosen: true,
    });
  }

  /** The variable groups, with their rates; those of the tasks are found on the tape of the first step. */
  get groups(): readonly VariableGroup[] {
    return this.#training.groups;
  }

  /**
   * Trains on tensors in memory. Everything in the history is a plain number, and each task's figures are its own.
   *
   * @param x the inputs. @param y the labels by task. Both stay yours.
   */
  async fit(x: Inputs, y: Labels<Task>, options: FitOptions<Task> = {}): Promise<MultiTaskHistory> {
    return this.#fit(() => fitTensorsLoop(this.#parts(), x, y, options));
  }

  /** Trains on a dataset of batches `{ xs, ys }`, with `ys` by task; every batch is disposed after its step. */
  async fitDataset(dataset: BatchedDataset, options: FitDatasetOptions<Task>): Promise<MultiTaskHistory> {
    return this.#fit(() => fitDatasetLoop(this.#parts(), dataset, options));
  }

  /** Loss and metrics of every task by itself, and the total, without training: no dropout, moving averages. */
  async evaluate(x: Inputs, y: Labels<Task>, options: { readonly batchSize?: number } = {}): Promise<Evaluation<Task>> {
    checkKeys('evaluate()', options, ['batchSize'], 'option');
    const { batchSize = 32 } = options;
    checkCount('evaluate() batchSize', batchSize);
    const all = examples('evaluate()', this.model, this.#tasks, x, y);
    try {
      return await this.#evaluate(inOrder(all, batchSize));
    } finally {
      all.dispose();
    }
  }

  /** As `evaluate`, on a dataset of batches; `batches` of them, or all. */
  async evaluateDataset(
    dataset: BatchedDataset,
    options: { readonly batches?: number } = {},
  ): Promise<Evaluation<Task>> {
    checkKeys('evaluateDataset()', options, ['batches'], 'option');
    checkCount('evaluateDataset() batches', options.batches ?? 1);
    const source = fromDataset('evaluateDataset()', this.model, this.#tasks, dataset, options.batches);
    return this.#evaluate(source.epoch());
  }

  /** One training step on one batch. Blocks until its figures are read. */
  step(x: Inputs, y: Labels<Task>): StepResult<Task> {
    return stepResult(this.#names, readNow(this.#step(x, y)));
  }

  /** As `step`, but waits for the figures instead of blocking. The update is made at once. */
  async stepAsync(x: Inputs, y: Labels<Task>): Promise<StepResult<Task>> {
    return stepResult(this.#names, await read(this.#step(x, y)));
  }

  /** Disposes the optimizers and the weighting; the model lives on. */
  dispose(): void {
    this.#training.dispose();
  }

  get #names(): Task[] {
    return this.#tasks.map(({ name }) => name as Task);
  }

  #step(x: Inputs, y: Labels<Task>): tf.Scalar[] {
    const batch = examples('step()', this.model, this.#tasks, x, y);
    try {
      return scalarsOf(this.#run(batch, () => undefined));
    } finally {
      batch.dispose();
    }
  }

  #run(batch: Examples, onOutputs: (outputs: readonly tf.Tensor[]) => void): StepTensors {
    return this.#training.run(() => {
      const outputs = predictions(this.model, batch.inputs, true);
      const losses = taskLosses(this.#tasks, batch.labels, outputs);
      onOutputs(outputs);
      return { losses, regularisers: this.model.calculateLosses() };
    });
  }

  async #train(batch: Examples): Promise<BatchFigures> {
    // Metrics are computed off the tape, which then holds nothing but the way to the losses.
    const labelled = await labelledRows(this.#tasks, batch.labels);
    let kept: tf.Tensor[] = [];
    const withMetrics = this.#tasks.some(({ metrics }) => metrics.length > 0);
    let scalars: tf.Scalar[];
    let metrics: tf.Scalar[];
    try {
      const tensors = this.#run(batch, (outputs) => {
        kept = withMetrics ? outputs.map((output) => keptOffTape(output)) : [];
      });
      scalars = scalarsOf(tensors);
      metrics = tf.tidy(() => (withMetrics ? metricScalars(this.#tasks, batch, kept, labelled) : []));
    } finally {
      tf.dispose(kept);
    }
    const values = await read([...scalars, ...metrics]);
    const { loss, regularisation } = stepResult(this.#names, values.slice(0, scalars.length));
    const losses = values.slice(1, 1 + this.#tasks.length);
    const examples = examplesBehind(this.#tasks, batch.count, labelled);
    return { loss, regularisation, losses, metrics: values.slice(scalars.length), examples };
  }

  async #evaluate(batches: Iterable<Examples> | AsyncIterable<Examples>): Promise<Evaluation<Task>> {
    return await evaluateTasks(this.model, this.#tasks, this.weighting, batches);
  }

  #parts(): LoopParts {
    return {
      model: this.model,
      tasks: this.#tasks,
      train: (batch) => this.#train(batch),
      evaluate: (batches) => this.#evaluate(batches),
    };
  }

  async #fit(prepare: () => FitLoop): Promise<MultiTaskHistory> {
    if (this.#busy) {
      throw new MtlConfigurationError(
        'This model is being trained by another fit() or fitDataset(). Await that call first.',
      );
    }
    this.#busy = true;
    try {
      const loop = prepare();
      try {
        return await runFitLoop(loop);
      } finally {
        loop.source.dispose();
        loop.earlyStopping?.dispose();
      }
    } finally {
      this.#busy = false;
    }
  }
}
