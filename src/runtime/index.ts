/**
 * What a training script imports from `mtl-debugger`: multi-task training that TensorFlow.js lacks. It needs nothing
 * but tfjs, runs in Node and in browsers, and works the same with and without the debugger.
 */
export { MtlConfigurationError } from './configuration.ts';
export { gradients, type GradientsOptions, type Losses, type LossesWithStops } from './gradients.ts';
export type { MakeOptimizer } from './groupOptimizers.ts';
export type { LearningRates } from './groups/learningRates.ts';
export type { GroupMember, NamedGroups } from './groups/namedGroups.ts';
export type { VariableGroup } from './groups/variableGroups.ts';
export { layers, StopGradient } from './layers.ts';
export { maskedMean } from './maskedMean.ts';
export type { BatchedDataset, DatasetElement } from './model/batches.ts';
export type { FitCallback, FitCallbacks } from './model/callbacks.ts';
export { compileMultiTask } from './model/compileMultiTask.ts';
export type { MultiTaskModelSettings } from './model/modelSettings.ts';
export type { Inputs, Labels } from './model/data.ts';
export type { EarlyStoppingOptions } from './model/earlyStopping.ts';
export type { FitDatasetOptions, FitOptions } from './model/fitOptions.ts';
export type { Evaluation, MultiTaskHistory, TaskFigures } from './model/history.ts';
export { MultiTaskModel } from './model/multiTaskModel.ts';
export type { LossFunction, LossName, MetricName, TaskSettings } from './model/tasks.ts';
export type { MissingLabels } from './model/missingLabels.ts';
export { multiTaskOptimizer, MultiTaskOptimizer, type MultiTaskOptimizerSettings } from './multiTaskOptimizer.ts';
export type { StepResult } from './stepResult.ts';
export { stopGradient } from './stopGradient.ts';
export type { MethodWeighting } from './weighting/aggregatorWeighting.ts';
export {
  alignedMtl,
  caGrad,
  dualProj,
  dwa,
  equal,
  fairGrad,
  gradNorm,
  imtlG,
  mgda,
  nashMtl,
  pcGrad,
  upGrad,
  type CaGradOptions,
  type DwaOptions,
  type FairGradOptions,
  type GradNormOptions,
} from './weighting/methods.ts';
export { uncertainty, type UncertaintyOptions, type UncertaintyWeighting } from './weighting/uncertainty.ts';
export type { StepVariables, TaskLoss, WeightedTask, Weighting } from './weighting/weighting.ts';
