import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { between, expectSameOnBoth, numbersFrom, randomTensor, startWasm } from './cpuAgainstWasm.ts';

/** Parseval: sum |FFT(x)|² / n = sum x², whose gradient is 2x; so the spectrum's gradient is n · IFFT(2 · FFT(x)). */
const spectralEnergy = tf.customGrad((x, save) => {
  (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
  const spectrum = tf.fft(tf.complex(x as tf.Tensor, tf.zerosLike(x as tf.Tensor)));
  const n = (x as tf.Tensor).shape[(x as tf.Tensor).rank - 1] ?? 1;
  return {
    value: tf.div(tf.sum(tf.add(tf.square(tf.real(spectrum)), tf.square(tf.imag(spectrum)))), n),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const again = tf.fft(tf.complex(saved[0]!, tf.zerosLike(saved[0]!)));
      return tf.mul(tf.real(tf.ifft(tf.add(again, again))), dy);
    },
  };
});

beforeAll(async () => {
  await startWasm(tf);
});

describe('complex tensors on wasm', () => {
  it('keep their parts', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      const z = tf.complex([1, 2, 3], [-4, -5, -6]);
      expect(Array.from(z.dataSync())).toEqual([1, -4, 2, -5, 3, -6]);
      expect(Array.from(tf.real(z).dataSync())).toEqual([1, 2, 3]);
      expect(Array.from(tf.imag(z).dataSync())).toEqual([-4, -5, -6]);
      expect(Array.from(tf.abs(tf.complex([3], [4])).dataSync())).toEqual([5]);
    });
  });

  it('multiply as complex numbers do', async () => {
    await tf.setBackend('wasm');
    tf.tidy(() => {
      // (1 + 2i)(3 - i) = 5 + 5i
      expect(Array.from(tf.mul(tf.complex([1], [2]), tf.complex([3], [-1])).dataSync())).toEqual([5, 5]);
      // A real operand is cast: 2 · (1 + 2i) = 2 + 4i
      expect(Array.from(tf.mul(tf.tensor1d([2]), tf.complex([1], [2])).dataSync())).toEqual([2, 4]);
    });
  });

  it('have the known spectrum of a wave, and its inverse gives the wave back', async () => {
    await tf.setBackend('wasm');
    const n = 16;
    const wave = Array.from({ length: n }, (_, t) => Math.cos((2 * Math.PI * 3 * t) / n));
    const [magnitudes, back] = tf.tidy(() => {
      const spectrum = tf.fft(tf.complex(wave, new Array<number>(n).fill(0)));
      return [Array.from(tf.abs(spectrum).dataSync()), Array.from(tf.real(tf.ifft(spectrum)).dataSync())] as const;
    });
    // n / 2 at +3 and -3, nothing elsewhere.
    magnitudes.forEach((magnitude, k) => expect(magnitude).toBeCloseTo(k === 3 || k === n - 3 ? n / 2 : 0, 4));
    back.forEach((value, t) => expect(value).toBeCloseTo(wave[t]!, 5));
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'give what cpu gives, in every operation that cpu has for them (seed %i)',
    async (seed) => {
      await expectSameOnBoth(tf, seed, () => {
        const next = numbersFrom(seed);
        const shape = [between(next, 1, 3), between(next, 2, 9)];
        const z = tf.complex(randomTensor(tf, next, shape), randomTensor(tf, next, shape));
        const w = tf.complex(randomTensor(tf, next, shape), randomTensor(tf, next, shape));
        return [
          z,
          tf.add(z, w),
          tf.sub(z, w),
          tf.mul(z, w),
          tf.cast(z, 'float32'),
          tf.cast(tf.real(z), 'complex64'),
          tf.concat([z, w], 1),
          tf.stack([z, w]),
          tf.zerosLike(z),
          tf.clone(z),
          tf.reshape(z, [-1]),
          tf.fft(z),
          tf.ifft(z),
          tf.irfft(tf.rfft(tf.real(z))),
          tf.abs(z),
        ];
      });
    },
  );

  it.each([1, 2, 3, 4])(
    'carry a loss on the spectrum, with the gradient that Parseval gives (seed %i)',
    async (seed) => {
      const shape = [2, 12];
      await expectSameOnBoth(tf, seed, () => [
        tf.grad((x) => spectralEnergy(x))(randomTensor(tf, numbersFrom(seed), shape)),
      ]);
      await tf.setBackend('wasm');
      tf.tidy(() => {
        const x = randomTensor(tf, numbersFrom(seed), shape);
        const gradient = tf
          .grad((y) => spectralEnergy(y))(x)
          .dataSync();
        x.dataSync().forEach((value, i) => expect(gradient[i], `seed ${seed}`).toBeCloseTo(2 * value, 5));
      });
    },
  );

  it('train a model through a loss on the spectrum', async () => {
    await tf.setBackend('wasm');
    const before = [tf.memory().numTensors, tf.backend().numDataIds(), tf.engine().findBackend('cpu').numDataIds()];
    const x = tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 3, 4])));
    const optimizer = tf.train.sgd(0.25);
    // Each step of 0.25 along 2x halves x.
    for (let step = 0; step < 3; step++) {
      optimizer.minimize(() => tf.sum(spectralEnergy(x)));
    }
    x.dataSync().forEach((value, i) => expect(value).toBeCloseTo([1, -2, 3, 4][i]! / 8, 5));
    x.dispose();
    optimizer.dispose();
    expect([tf.memory().numTensors, tf.backend().numDataIds(), tf.engine().findBackend('cpu').numDataIds()]).toEqual(
      before,
    );
  });
});
