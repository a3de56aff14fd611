import type * as Tf from '@tensorflow/tfjs';
import { replaceMethod } from './trainingSteps.ts';

/** A task's loss at one step. */
export interface NamedLossValue {
  readonly name: string;
  readonly raw: number;
}

interface TrainedModel {
  readonly outputNames?: readonly string[];
  readonly metricsNames?: readonly string[];
}

/**
 * Tells of each output's loss after every step of a model with several. Its training function computes them for `fit`'s history,
 * and returns them behind the total, in the order of the model's `metricsNames`.
 * @returns a function that puts tfjs back as it was
 */
export function installOutputLosses(tf: typeof Tf, tell: (losses: readonly NamedLossValue[]) => void): () => void {
  return replaceMethod(
    tf.LayersModel.prototype,
    'makeTrainFunction',
    (original) =>
      function (this: unknown, ...args) {
        const train = original.apply(this, args) as (...data: unknown[]) => unknown;
        return (...data: unknown[]): unknown => {
          const returned = train(...data);
          const losses = lossesIn(this as TrainedModel, returned);
          if (losses !== null) {
            tell(losses);
          }
          return returned;
        };
      },
  );
}

/** Null where what was returned is not what is known of tfjs, or the model has one output. */
function lossesIn({ outputNames = [], metricsNames = [] }: TrainedModel, returned: unknown): NamedLossValue[] | null {
  if (!Array.isArray(returned) || outputNames.length < 2) {
    return null;
  }
  const losses = outputNames.flatMap((name, i) => {
    const value = metricsNames[i + 1] === `${name}_loss` ? (returned[i + 1] as Tf.Tensor | undefined) : undefined;
    return value?.size === 1 ? [{ name, raw: value.dataSync()[0] ?? NaN }] : [];
  });
  return losses.length === outputNames.length ? losses : null;
}
