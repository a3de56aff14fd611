// What readers of a news feed did, made up from a seed: 8 features of reader and story, and three things to predict.
import * as tf from '@tensorflow/tfjs';

/** x [count, 8]; click 0 or 1; dwell, the logarithm of the seconds read, centred; conversion 0 or 1; each [count, 1]. */
export function readers(count, seed) {
  const { uniform, normal } = randomNumbers(seed);
  const rows = Array.from({ length: count }, () => {
    const x = Array.from({ length: 8 }, normal);
    const clickChance = sigmoid(1.5 * x[0] + x[1] * x[2] - 0.5);
    const dwell = 0.8 * x[1] + 0.5 * Math.tanh(2 * x[3]) + 0.3 * normal();
    // Readers who would rather not click are hardly ever the ones who subscribe.
    const conversionChance = sigmoid(6 * (clickChance - 0.5) + 1.5 * x[4] - 1);
    return { x, click: Number(uniform() < clickChance), dwell, conversion: Number(uniform() < conversionChance) };
  });
  const column = (name) => tf.tensor2d(rows.map((row) => [row[name]]));
  return {
    x: tf.tensor2d(rows.map((row) => row.x)),
    y: { click: column('click'), dwell: column('dwell'), conversion: column('conversion') },
  };
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/** Park and Miller's generator, and Box and Muller's way from it to a normal distribution. */
function randomNumbers(seed) {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
