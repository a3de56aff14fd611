import * as tf from '@tensorflow/tfjs';
import { backward, data, expectTold, forward, spoilt, steps, type SpoiltTraining } from './nonFinite.ts';
import { normal } from './twoHeads.ts';

/** A trunk with two heads, and one number that is `usual`, and `bad` at the step that is spoilt. */
function loop(
  usual: number,
  bad: number,
  losses: (h: tf.Tensor, heads: { readonly near: tf.Tensor; readonly far: tf.Tensor }, number: tf.Tensor) => tf.Scalar,
  optimizer: tf.Optimizer = tf.train.sgd(1e-3),
): void {
  const x = normal([6, 3], 1);
  const trunk = tf.variable(normal([3, 4], 2), true, 'trunk');
  const near = tf.variable(normal([4, 1], 3), true, 'near');
  const far = tf.variable(normal([4, 1], 4), true, 'far');
  for (let step = 1; step <= steps; step++) {
    const number = tf.scalar(step === spoilt ? bad : usual);
    optimizer.minimize(() => {
      const h = x.matMul(trunk); // @trunk
      return losses(h, { near: h.matMul(near), far: h.matMul(far) }, number);
    });
  }
}

const distance = (prediction: tf.Tensor): tf.Scalar => prediction.sub(1).square().mean().asScalar();
const sumOf = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.add(a, b);

/** A tensor that is used twice: each of its two gradients is finite at the spoilt step. */
const summed = (used: (w: tf.Variable) => tf.Tensor): SpoiltTraining => ({
  train: () => {
    const w = tf.variable(tf.tensor1d([1e-15]), true, 'w');
    for (let step = 1; step <= steps; step++) {
      const large = tf.scalar(step === spoilt ? 2e38 : 2);
      const loss = (): tf.Scalar => {
        const h = used(w);
        return h.mul(large).sum().add(h.mul(large).sum()) as tf.Scalar;
      };
      tf.train.sgd(1e-40).minimize(loss, false, [w]); // @sum
    }
  },
  task: null,
  cause: null,
  at: ['sum', '.minimize('],
  message: /a gradient is no finite number\. Gradients that are finite each have no finite sum\./,
});

const cases: Record<string, SpoiltTraining> = {
  'the logarithm of a negative number': {
    train: () =>
      loop(0.5, -100, (_, heads, shift) => {
        const click = distance(heads.near);
        const dwell = heads.far.square().add(shift).log().mean(); // @log
        return sumOf(click, dwell);
      }),
    task: 'dwell',
    cause: forward('Log'),
    at: ['log', '.log('],
    message: /^At step 4, for the first time, the loss of dwell is NaN\. It was born in Log, from finite numbers\./,
  },
  'a division by zero': {
    train: () =>
      loop(2, 0, (_, heads, spread) => {
        const click = heads.near.square().div(spread).mean(); // @div
        const dwell = distance(heads.far);
        return sumOf(click, dwell);
      }),
    task: 'click',
    cause: forward('RealDiv'),
    at: ['div', '.div('],
    message: /the loss of click is Infinity\. It was born in RealDiv/,
  },
  'an exponential that overflows, inside a tidy': {
    train: () =>
      loop(1, 1000, (_, heads, factor) => {
        const click = distance(heads.near);
        const dwell = tf.tidy(() => {
          const rate = heads.far.square().mul(0).add(factor).exp(); // @exp
          return rate.mean();
        });
        return sumOf(click, dwell);
      }),
    task: 'dwell',
    cause: forward('Exp'),
    at: ['exp', '.exp('],
    message: /the loss of dwell is Infinity\. It was born in Exp/,
  },
  'a logarithm, where a mask of minus infinity was there before and did no harm': {
    train: () =>
      loop(0.5, -100, (h, heads, shift) => {
        const gates = tf
          .where(tf.tensor1d([1, 1, 0, 1], 'bool'), h, -Infinity)
          .add(0)
          .softmax();
        const click = distance(heads.near.mul(gates.max()));
        const dwell = heads.far.square().add(shift).log().mean(); // @masked
        return sumOf(click, dwell);
      }),
    task: 'dwell',
    cause: forward('Log'),
    at: ['masked', '.log('],
    message: /the loss of dwell is NaN\. It was born in Log, from finite numbers/,
  },
  'another branch, on a graph that is new': {
    train: () => {
      loop(1, -1, (_, heads, sign) => {
        const click = distance(heads.near);
        const dwell = sign.dataSync()[0] === -1 ? heads.far.square().neg().sqrt().mean() : distance(heads.far); // @branch
        return sumOf(click, dwell);
      });
    },
    task: 'dwell',
    cause: forward('Sqrt'),
    at: ['branch', '.sqrt('],
    message: /the loss of dwell is NaN/,
  },
  'a gradient of one’s own, forward': {
    train: () => {
      const logarithm = tf.customGrad((x) => ({
        value: (x as tf.Tensor).log(),
        gradFunc: (dy: tf.Tensor) => [dy],
      }));
      loop(0.5, -100, (_, heads, shift) => {
        const click = distance(heads.near);
        const dwell = logarithm(heads.far.square().add(shift)).mean(); // @customForward
        return sumOf(click, dwell);
      });
    },
    task: 'dwell',
    cause: forward('customGrad'),
    at: ['customForward', 'logarithm('],
    message: /It was born in customGrad, from finite numbers/,
  },
  'a gradient of one’s own, backward': {
    train: () => {
      let step = 0;
      const spoiling = tf.customGrad((x) => ({
        value: (x as tf.Tensor).clone(),
        gradFunc: (dy: tf.Tensor) => [step >= spoilt ? dy.mul(NaN) : dy],
      }));
      loop(1, 1, (_, heads) => {
        step++;
        const click = distance(heads.near);
        const dwell = distance(spoiling(heads.far)); // @customBackward
        return sumOf(click, dwell);
      });
    },
    task: 'dwell',
    cause: backward('customGrad'),
    at: ['customBackward', 'spoiling('],
    message: /the gradient of dwell is no finite number\. It was born in the gradient of customGrad/,
  },
  'the square root of 0 behind a ReLU, in the gradient': {
    train: () =>
      loop(1, 0, (_, heads, factor) => {
        const click = distance(heads.near);
        const dwell = heads.far.square().mul(factor).relu().sqrt().mean(); // @sqrt
        return sumOf(click, dwell);
      }),
    task: 'dwell',
    cause: backward('Sqrt'),
    at: ['sqrt', '.sqrt('],
    message: /the gradient of dwell is no finite number\. It was born in the gradient of Sqrt, from finite numbers/,
  },
  'the norm of zeros, in the gradient': {
    train: () =>
      loop(1, 0, (_, heads, factor) => {
        const click = distance(heads.near);
        const dwell = tf.norm(heads.far.mul(factor)); // @norm
        return sumOf(click, dwell);
      }),
    task: 'dwell',
    cause: backward('Sqrt'),
    at: ['norm', '.norm('],
    message: /no finite number\. It was born in the gradient of Sqrt/,
  },
  'two finite gradients without a finite sum': summed((w) => w.square()),
  'the same at a weight itself': summed((w) => w),
  'a gradient that overflows where it reaches its weight, and nowhere before': {
    train: () => {
      const scale = tf.variable(tf.scalar(1e-37), true, 'scale');
      loop(0, 1e24, (_, heads, large) => {
        const click = distance(heads.near);
        const once = scale.mul(large); // @atWeight
        const dwell = distance(heads.far.add(once.mul(large)));
        return sumOf(click, dwell);
      });
    },
    task: 'dwell',
    cause: backward('Multiply'),
    at: ['atWeight', '.mul('],
    message: /no finite number\. It was born in the gradient of Multiply/,
  },
  'a loss weight that is no number': {
    train: () =>
      loop(1, NaN, (_, heads, weight) => {
        const click = distance(heads.near);
        const dwell = distance(heads.far);
        return sumOf(click, dwell.mul(weight)); // @weight
      }),
    task: null,
    cause: data('Multiply'),
    at: ['weight', '.mul('],
    message: /the total loss is NaN\. What Multiply was given is not finite already/,
  },
  'weights that an update made infinite': {
    train: () =>
      loop(
        1,
        1,
        (_, heads, factor) => {
          const click = heads.near.square().mean();
          const dwell = heads.far.mul(factor).mean();
          return sumOf(click, dwell);
        },
        tf.train.sgd(3e38),
      ),
    step: 2,
    late: true,
    task: 'click',
    cause: { phase: 'weights', op: 'BatchMatMul', layer: null },
    at: ['trunk', '.matMul('],
    message: /trunk is not finite already: the update before this step made it so\. A smaller learning rate/,
  },
};

expectTold(import.meta.url, cases, () =>
  loop(0.5, 0.5, (_, heads, shift) => sumOf(distance(heads.near), heads.far.square().add(shift).log().mean())),
);
