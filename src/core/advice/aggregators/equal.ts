import type { Aggregator } from './aggregator.ts';

/** The plain sum of the losses, which every other method is measured against. */
export const equal: Aggregator = {
  name: 'equal',
  title: 'Equal weights',
  paper: 'the sum of the losses',
  needs: 'nothing',
  start: () => [],
  step: ({ losses }, state) => ({ weights: losses.map(() => 1), state }),
};
