import { expect, it } from 'vitest';
import { startOf } from './starts.ts';

it.each([
  ['trunk/kernel', 'kernelInitializer'],
  ['gru_1/recurrent_kernel', 'recurrentInitializer'],
  ['net/conv/depthwise_kernel', 'depthwiseInitializer'],
  ['words/embeddings', 'embeddingsInitializer'],
  ['norm/gamma', 'gammaInitializer'],
  ['norm/moving_mean', 'movingMeanInitializer'],
  ['kernel', 'kernelInitializer'],
])('%s starts as %s says', (variable, name) => {
  expect(startOf(variable)).toEqual({ of: 'firstProperty', names: [name] });
});
