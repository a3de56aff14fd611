import * as tf from '@tensorflow/tfjs';
import { MtlConfigurationError } from './configuration.ts';
import { stopGradient as stop } from './stopGradient.ts';

type LayerArgs = ConstructorParameters<typeof tf.layers.Layer>[0];

/** `stopGradient` as a layer, for functional and sequential models. It is registered, so saved models load again. */
export class StopGradient extends tf.layers.Layer {
  static className = 'StopGradient';

  constructor(args: LayerArgs = {}) {
    super(args);
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<tf.layers.Layer['call']>[1]): tf.Tensor {
    const [input, ...others] = Array.isArray(inputs) ? inputs : [inputs];
    if (input === undefined || others.length > 0) {
      throw new MtlConfigurationError(
        `Layer '${this.name}' (StopGradient) takes one input, but got ${Array.isArray(inputs) ? inputs.length : 0}. ` +
          'Use one stopGradient layer per tensor.',
      );
    }
    this.invokeCallHook(inputs, kwargs);
    return stop(input);
  }

  override computeOutputShape(inputShape: Parameters<tf.layers.Layer['computeOutputShape']>[0]): typeof inputShape {
    return inputShape;
  }
}

tf.serialization.registerClass(StopGradient);

/** Layers that tfjs lacks, made as `tf.layers` makes its own. */
export const layers = {
  /**
   * A layer that passes its input on and no gradient back; masks pass through. It has no weights, and survives
   * `model.save` and `tf.loadLayersModel` wherever this library is imported.
   *
   * @example
   * const feature = layers.stopGradient({ name: 'click_as_feature' }).apply(click) as tf.SymbolicTensor;
   */
  stopGradient: (args: { name?: string } = {}): tf.layers.Layer => new StopGradient(args),
};
