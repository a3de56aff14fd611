import * as tf from '@tensorflow/tfjs';
import { opsFamily, type Draw, type Family, type Tensor } from './family.ts';

/** One encoder on two inputs: each of its variables is used twice by both tasks, which compare and add the codes. */
export function sharedLayerUsedTwice(draw: Draw): Family {
  const [batch, width, hidden] = [draw(2, 5), draw(2, 5), draw(2, 6)];
  const [left, right] = [1, 2].map((seed) => tf.randomNormal([batch, width], 0, 1, 'float32', seed)) as [
    Tensor,
    Tensor,
  ];
  const shapes = { encoder: [width, hidden], bias: [hidden], same: [hidden, 1], sum: [hidden, 1] };
  return opsFamily('shared layer used twice', shapes, left, [right], (w) => {
    const encode = (x: Tensor): Tensor => x.matMul(w.encoder).add(w.bias).tanh();
    const [a, b] = [encode(left), encode(right)];
    return [a.sub(b).abs().matMul(w.same), a.add(b).matMul(w.sum)];
  });
}

/** One op with several outputs, of which each task reads another one. */
export function splitTrunk(draw: Draw): Family {
  const [batch, width, hidden] = [draw(2, 5), draw(2, 5), draw(2, 4)];
  const x = tf.randomNormal([batch, width]);
  const shapes = { trunk: [width, 3 * hidden], a: [hidden, 1], b: [hidden, 1] };
  return opsFamily('split trunk', shapes, x, [], (w) => {
    const [first, middle, last] = tf.split(x.matMul(w.trunk).tanh(), 3, 1) as [Tensor, Tensor, Tensor];
    return [first.matMul(w.a).add(middle.sum(1, true)), last.matMul(w.b)];
  });
}

/** Every task reads a slice of its own of one stack, and one task reads two. */
export function unstackedTrunk(draw: Draw): Family {
  const [batch, width] = [draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, width]);
  const shapes = { trunk: [width, 3 * width], a: [width, 1], b: [width, 1], c: [width, 1] };
  return opsFamily('unstacked trunk', shapes, x, [], (w) => {
    const parts = tf.unstack(x.matMul(w.trunk).reshape([batch, 3, width]), 1) as [Tensor, Tensor, Tensor];
    return [parts[0].matMul(w.a), parts[1].matMul(w.b), parts[2].add(parts[0]).matMul(w.c)];
  });
}

/** Task b takes a's prediction as a feature, and c takes b's. */
export function predictionAsFeature(draw: Draw): Family {
  const [batch, width, hidden] = [draw(2, 6), draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, width]);
  const shapes = { trunk: [width, hidden], a: [hidden, 1], b: [hidden + 1, 1], c: [hidden + 1, 1] };
  return opsFamily('prediction as feature', shapes, x, [], (w) => {
    const h = x.matMul(w.trunk).relu();
    const a = h.matMul(w.a).sigmoid();
    const b = h.concat(a, 1).matMul(w.b);
    return [a, b, h.concat(b, 1).matMul(w.c)];
  });
}

/** Two trunks whose units are mixed by trained numbers after each layer (cross-stitch). */
export function crossStitch(draw: Draw): Family {
  const [batch, width, hidden] = [draw(2, 5), draw(2, 5), draw(2, 5)];
  const x = tf.randomNormal([batch, width]);
  const shapes = {
    a1: [width, hidden],
    b1: [width, hidden],
    stitch: [2, 2],
    a2: [hidden, 1],
    b2: [hidden, 1],
  };
  return opsFamily('cross-stitch', shapes, x, [], (w) => {
    const [a, b] = [x.matMul(w.a1).tanh(), x.matMul(w.b1).tanh()];
    const mixed = (row: number): Tensor =>
      a.mul(w.stitch.slice([row, 0], [1, 1])).add(b.mul(w.stitch.slice([row, 1], [1, 1])));
    return [mixed(0).matMul(w.a2), mixed(1).matMul(w.b2)];
  });
}

/** Experts of each task's own beside shared ones, two levels of them (progressive layered extraction). */
export function layeredExtraction(draw: Draw): Family {
  const [batch, width] = [draw(2, 5), draw(2, 4)];
  const x = tf.randomNormal([batch, width]);
  const shapes = {
    own1a: [width, width],
    own1b: [width, width],
    common1: [width, width],
    gate1a: [width, 2],
    gate1b: [width, 2],
    own2a: [width, width],
    own2b: [width, width],
    common2: [width, width],
    gate2a: [width, 2],
    gate2b: [width, 2],
    a: [width, 1],
    b: [width, 1],
  };
  return opsFamily('layered extraction', shapes, x, [], (w) => {
    const mix = (gate: Tensor, own: Tensor, common: Tensor): Tensor =>
      gate
        .softmax()
        .expandDims(2)
        .mul(tf.stack([own.relu(), common.relu()], 1))
        .sum(1);
    const common = x.matMul(w.common1);
    const a = mix(x.matMul(w.gate1a), x.matMul(w.own1a), common);
    const b = mix(x.matMul(w.gate1b), x.matMul(w.own1b), common);
    const second = common.relu().matMul(w.common2);
    return [
      mix(a.matMul(w.gate2a), a.matMul(w.own2a), second).matMul(w.a),
      mix(b.matMul(w.gate2b), b.matMul(w.own2b), second).matMul(w.b),
    ];
  });
}
