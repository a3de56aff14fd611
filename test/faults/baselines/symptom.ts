/** What the published rules of the baselines can say. */
export const SYMPTOMS = [
  'nonFinite',
  'exploding',
  'vanishing',
  'deadUnits',
  'saturation',
  'updateTooLarge',
  'updateTooSmall',
  'allZero',
  'unchangedTensor',
  'lossNotDecreasing',
  'overfit',
  'notConverging',
  'oscillating',
] as const;

export type Symptom = (typeof SYMPTOMS)[number];

/** A rule that fired, and the first step at which it did. */
export interface Fired {
  readonly symptom: Symptom;
  readonly step: number;
}
