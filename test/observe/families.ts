import { attention, convolutional, dense, embedding, mixtureOfExperts, recurrent } from './families/basic.ts';
import type { Draw, Family } from './families/family.ts';
import { headsOfSeveralRanks, missingLabels, noLabels, variationalCode } from './families/labels.ts';
import {
  customLayer,
  frozenLayer,
  loadedModel,
  maskedEmbedding,
  maskedLstm,
  regularised,
  separableConvolution,
} from './families/layerKinds.ts';
import {
  crossStitch,
  layeredExtraction,
  predictionAsFeature,
  sharedLayerUsedTwice,
  splitTrunk,
  unstackedTrunk,
} from './families/sharing.ts';

export { seededDraw, type Draw, type Family } from './families/family.ts';

/** Every architecture that the gradients are checked on. */
export const families: Readonly<Record<string, (draw: Draw) => Family | Promise<Family>>> = {
  dense,
  convolutional,
  recurrent,
  embedding,
  attention,
  'mixture of experts': mixtureOfExperts,
  'shared layer used twice': sharedLayerUsedTwice,
  'split trunk': splitTrunk,
  'unstacked trunk': unstackedTrunk,
  'prediction as feature': predictionAsFeature,
  'cross-stitch': crossStitch,
  'layered extraction': layeredExtraction,
  'masked LSTM': maskedLstm,
  'embedding with maskZero': maskedEmbedding,
  'separable convolution': separableConvolution,
  'custom layer': customLayer,
  'frozen layer': frozenLayer,
  regularised,
  'loaded model': loadedModel,
  'missing labels': missingLabels,
  'no labels': noLabels,
  'heads of several ranks': headsOfSeveralRanks,
  'variational code': variationalCode,
};
