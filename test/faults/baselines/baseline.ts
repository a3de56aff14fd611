import type { Run } from '../../../src/core/run/run.ts';
import { autoTrainer } from './autoTrainer.ts';
import { deepDiagnosis } from './deepDiagnosis.ts';
import { sageMaker } from './sageMaker.ts';
import type { Fired, Symptom } from './symptom.ts';

export type BaselineName = 'sageMaker' | 'autoTrainer' | 'deepDiagnosis';

/** A published set of rules, run on our records. */
export interface Baseline {
  readonly name: BaselineName;
  readonly title: string;
  /** Where its rules and thresholds are published. */
  readonly source: string;
  /** Its rules as implemented here, with their thresholds. */
  readonly rules: readonly string[];
  /** Its rules that a record has no data for, and what is missing. */
  readonly missing: readonly string[];
  /** All rules that fire, in the order of their first steps. */
  judge(run: Run): readonly Fired[];
}

export const BASELINES: readonly Baseline[] = [sageMaker, autoTrainer, deepDiagnosis];

/**
 * Which symptoms count as a right first finding for a fault, generously: whatever a reader could have been led to the fault by. Faults
 * that are not here have no symptom in any of the published rules that would name them.
 */
export const RIGHT_SYMPTOMS: Readonly<Record<string, readonly Symptom[]>> = {
  logOfZero: ['nonFinite', 'exploding'],
  rateTimes100: ['updateTooLarge', 'exploding', 'nonFinite', 'oscillating', 'notConverging', 'lossNotDecreasing'],
  rateOver1000: ['updateTooSmall', 'lossNotDecreasing', 'notConverging', 'unchangedTensor'],
  labelsTimes100: ['exploding', 'updateTooLarge'],
  detach: ['vanishing', 'allZero', 'unchangedTensor'],
  customGradient: ['vanishing', 'allZero', 'unchangedTensor'],
  round: ['vanishing', 'allZero', 'unchangedTensor', 'lossNotDecreasing', 'notConverging'],
  argMax: ['vanishing', 'allZero', 'unchangedTensor', 'lossNotDecreasing', 'notConverging'],
  unusedHead: ['unchangedTensor', 'allZero', 'updateTooSmall'],
  notListed: ['unchangedTensor', 'updateTooSmall'],
  frozenTrunk: ['unchangedTensor', 'updateTooSmall'],
  deadBias: ['deadUnits', 'allZero', 'vanishing'],
  zeroInit: ['allZero', 'unchangedTensor', 'deadUnits', 'vanishing'],
  wideInit: ['saturation', 'exploding'],
  deepSigmoid: ['vanishing', 'saturation', 'lossNotDecreasing', 'notConverging'],
  doubleSoftmax: ['lossNotDecreasing', 'notConverging'],
  shuffledLabels: ['lossNotDecreasing', 'notConverging'],
  flippedSign: ['exploding', 'lossNotDecreasing', 'notConverging', 'nonFinite'],
  overfit: ['overfit'],
  valLoss: ['overfit'],
};
