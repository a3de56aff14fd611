import * as tf from '@tensorflow/tfjs';
import { layersFamily, type Draw, type Family, type Tensor } from './family.ts';

const symbolic = (tensor: unknown): tf.SymbolicTensor => tensor as tf.SymbolicTensor;

/** Sequences of which the last steps are zeros, left out by Masking. */
export function maskedLstm(draw: Draw): Family {
  const [batch, time, width] = [draw(2, 4), draw(3, 5), draw(2, 4)];
  const input = tf.input({ shape: [time, width] });
  const masked = tf.layers.masking({ maskValue: 0 }).apply(input);
  const trunk = tf.layers.lstm({ units: draw(2, 4) }).apply(masked);
  const x = tf.tidy(() => tf.concat([tf.randomNormal([batch, time - 1, width]), tf.zeros([batch, 1, width])], 1));
  return layersFamily('masked LSTM', x, input, symbolic(trunk), draw(2, 3));
}

/** Word 0 is padding: maskZero keeps it out of both directions. */
export function maskedEmbedding(draw: Draw): Family {
  const [batch, time, words] = [draw(2, 5), draw(2, 5), draw(4, 9)];
  const input = tf.input({ shape: [time] });
  const embedded = tf.layers.embedding({ inputDim: words, outputDim: draw(2, 5), maskZero: true }).apply(input);
  const layer = tf.layers.gru({ units: draw(2, 4), returnSequences: false }) as tf.RNN;
  const trunk = tf.layers.bidirectional({ layer, mergeMode: 'concat' }).apply(embedded);
  const x = tf.randomUniform([batch, time], 0, words, 'int32');
  return layersFamily('embedding with maskZero', x, input, symbolic(trunk), 2);
}

export function separableConvolution(draw: Draw): Family {
  const [batch, size] = [draw(2, 3), draw(6, 8)];
  const input = tf.input({ shape: [size, size, 2] });
  const kernel = { kernelSize: 3, padding: 'same' as const };
  const depthwise = tf.layers.depthwiseConv2d({ ...kernel, activation: 'tanh' }).apply(input);
  const separable = tf.layers.separableConv2d({ ...kernel, filters: 3 }).apply(depthwise);
  const normal = tf.layers.batchNormalization().apply(separable);
  const pooled = tf.layers.maxPooling2d({ poolSize: 2 }).apply(normal);
  const trunk = tf.layers.globalAveragePooling2d({}).apply(pooled);
  return layersFamily('separable convolution', tf.randomNormal([batch, size, size, 2]), input, symbolic(trunk), 2);
}

/** A layer of the script's own: a weight, an op with a gradient of its own, and the same weight used again. */
class Gain extends tf.layers.Layer {
  static className = 'FamilyGain';
  private gain: tf.LayerVariable | null = null;

  override build(shape: tf.Shape): void {
    this.gain = this.addWeight('gain', [shape[1] ?? 1], 'float32', tf.initializers.randomNormal({ seed: 5 }));
    super.build(shape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    const gain = this.gain?.read();
    if (x === undefined || gain === undefined) {
      throw new Error('FamilyGain needs an input, and to be built.');
    }
    const clipped = tf.customGrad((...args) => {
      const [value, save] = args as unknown as [Tensor, tf.GradSaveFunc];
      save([value]);
      return {
        value: value.clipByValue(-1, 1),
        gradFunc: (dy: Tensor, [saved]: Tensor[]) => dy.mul(saved!.abs().less(2).toFloat()),
      };
    });
    return clipped(x.mul(gain)).add(gain.tanh());
  }

  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}
tf.serialization.registerClass(Gain as tf.serialization.SerializableConstructor<Gain>);

export function customLayer(draw: Draw): Family {
  const [batch, width] = [draw(2, 6), draw(2, 6)];
  const input = tf.input({ shape: [width] });
  const hidden = tf.layers.dense({ units: draw(3, 6), activation: 'tanh' }).apply(input);
  const trunk = new Gain({}).apply(hidden);
  return layersFamily('custom layer', tf.randomNormal([batch, width]), input, symbolic(trunk), draw(2, 3));
}

/** The first layer is frozen, so the trained part of the trunk begins in its middle. */
export function frozenLayer(draw: Draw): Family {
  const [batch, width] = [draw(2, 6), draw(2, 6)];
  const input = tf.input({ shape: [width] });
  const frozen = tf.layers.dense({ units: draw(3, 6), activation: 'tanh', trainable: false }).apply(input);
  const trunk = tf.layers.dense({ units: draw(3, 6), activation: 'relu' }).apply(frozen);
  return layersFamily('frozen layer', tf.randomNormal([batch, width]), input, symbolic(trunk), draw(2, 3));
}

/** Weight penalties on a kernel and a bias of the trunk: a gradient of their own. */
export function regularised(draw: Draw): Family {
  const [batch, width] = [draw(2, 6), draw(2, 6)];
  const input = tf.input({ shape: [width] });
  const first = tf.layers
    .dense({
      units: draw(3, 6),
      activation: 'tanh',
      kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.1 }),
      biasRegularizer: tf.regularizers.l2({ l2: 0.3 }),
      biasInitializer: 'randomNormal',
    })
    .apply(input);
  const trunk = tf.layers
    .dense({ units: 4, activation: 'relu', kernelRegularizer: tf.regularizers.l2({ l2: 0.2 }) })
    .apply(first);
  return layersFamily('regularised', tf.randomNormal([batch, width]), input, symbolic(trunk), draw(2, 3));
}

/** Saved to artifacts and read again, as tf.loadLayersModel does it from any source. */
export async function loadedModel(draw: Draw): Promise<Family> {
  const [batch, width] = [draw(2, 6), draw(2, 6)];
  const input = tf.input({ shape: [width] });
  const h = tf.layers.dense({ units: draw(3, 6), activation: 'tanh' }).apply(input);
  const outputs = [1, 2].map((units) => symbolic(tf.layers.dense({ units }).apply(h)));
  const made = tf.model({ inputs: input, outputs });
  let artifacts: tf.io.ModelArtifacts = {};
  await made.save(
    tf.io.withSaveHandler((saved) => {
      artifacts = saved;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  made.dispose();
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const x = tf.randomNormal([batch, width]);
  const targets = [1, 2].map((units) => tf.randomNormal([batch, units], 1, 1, 'float32', units));
  return {
    name: 'loaded model',
    losses: () =>
      (model.predict(x) as Tensor[]).map(
        (prediction, task) => tf.losses.meanSquaredError(targets[task]!, prediction) as tf.Scalar,
      ),
    variables: model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    dispose: () => {
      model.dispose();
      tf.dispose([targets, x]);
    },
  };
}
