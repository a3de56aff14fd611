import * as tf from '@tensorflow/tfjs';
import { layersFamily, opsFamily, type Draw, type Family, type Tensor } from './family.ts';

export function dense(draw: Draw): Family {
  const [batch, width] = [draw(2, 9), draw(2, 7)];
  const input = tf.input({ shape: [width] });
  const first = tf.layers.dense({ units: draw(3, 9), activation: 'relu' }).apply(input);
  const trunk = tf.layers.dense({ units: draw(3, 9), activation: 'sigmoid' }).apply(first) as tf.SymbolicTensor;
  return layersFamily('dense', tf.randomNormal([batch, width]), input, trunk, draw(2, 4));
}

export function convolutional(draw: Draw): Family {
  const [batch, size] = [draw(2, 4), draw(6, 9)];
  const input = tf.input({ shape: [size, size, 2] });
  const first = tf.layers.conv2d({ filters: draw(2, 4), kernelSize: 3, activation: 'relu' }).apply(input);
  const pooled = tf.layers.averagePooling2d({ poolSize: 2 }).apply(first);
  const trunk = tf.layers.flatten().apply(pooled) as tf.SymbolicTensor;
  return layersFamily('convolutional', tf.randomNormal([batch, size, size, 2]), input, trunk, 2);
}

export function recurrent(draw: Draw): Family {
  const [batch, time, width] = [draw(2, 4), draw(2, 5), draw(2, 4)];
  const input = tf.input({ shape: [time, width] });
  const trunk = tf.layers.gru({ units: draw(2, 5) }).apply(input) as tf.SymbolicTensor;
  return layersFamily('recurrent', tf.randomNormal([batch, time, width]), input, trunk, draw(2, 3));
}

export function embedding(draw: Draw): Family {
  const [batch, time, words] = [draw(2, 5), draw(2, 5), draw(4, 9)];
  const input = tf.input({ shape: [time] });
  const embedded = tf.layers.embedding({ inputDim: words, outputDim: draw(2, 5) }).apply(input);
  const trunk = tf.layers.flatten().apply(embedded) as tf.SymbolicTensor;
  return layersFamily('embedding', tf.randomUniform([batch, time], 0, words, 'int32'), input, trunk, 2);
}

export function attention(draw: Draw): Family {
  const [batch, time, width] = [draw(2, 4), draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, time, width]);
  const square = [width, width];
  const shapes = { query: square, key: square, value: square, a: [width, 1], b: [width, 2] };
  return opsFamily('attention', shapes, x, [], (w) => {
    const project = (weight: Tensor): Tensor =>
      x
        .reshape([batch * time, width])
        .matMul(weight)
        .reshape([batch, time, width]);
    const scores = tf.matMul(project(w.query), project(w.key), false, true).div(Math.sqrt(width)).softmax();
    const pooled = tf.matMul(scores, project(w.value)).mean(1);
    return [pooled.matMul(w.a), pooled.matMul(w.b)];
  });
}

export function mixtureOfExperts(draw: Draw): Family {
  const [batch, width, hidden] = [draw(3, 6), draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, width]);
  const [expert, gate, tower] = [
    [width, hidden],
    [width, 3],
    [hidden, 1],
  ] as [number[], number[], number[]];
  const shapes = {
    towerA: tower,
    towerB: tower,
    gateA: gate,
    gateB: gate,
    expert0: expert,
    expert1: expert,
    expert2: expert,
  };
  return opsFamily('mixture of experts', shapes, x, [], (w) => {
    const experts = tf.stack(
      [w.expert0, w.expert1, w.expert2].map((weights) => x.matMul(weights).relu()),
      1,
    );
    const mixed = (weights: Tensor): Tensor => x.matMul(weights).softmax().expandDims(2).mul(experts).sum(1);
    return [mixed(w.gateA).matMul(w.towerA), mixed(w.gateB).matMul(w.towerB)];
  });
}
