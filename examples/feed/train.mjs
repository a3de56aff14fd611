// Feed: click, dwell time and conversion of a news feed's readers; the conversion tower reads the click prediction.
// Fault: nothing stops conversion's gradient at that prediction, so it trains the click tower too.
// See: the cell (conversion, tower of click) of the gradient norms is not zero, and the flow graph shows the path through
// `click`. With --stop-gradient the cell is gone, and the cut is listed as declared, at the line that makes it.
// Both variants train: held-out click loss near 0.50, dwell loss 0.11, conversion loss 0.40.
import * as tf from '@tensorflow/tfjs';
import { layers } from 'mtl-debugger';
import { parseArgs } from 'node:util';
import { readers } from './data.mjs';

const { values: options } = parseArgs({
  options: { epochs: { type: 'string', default: '12' }, 'stop-gradient': { type: 'boolean', default: false } },
});

const input = tf.input({ shape: [8], name: 'reader' });
const trunk = tf.layers.dense({ units: 32, activation: 'relu', name: 'trunk' }).apply(input);

const clickTower = tf.layers.dense({ units: 16, activation: 'relu', name: 'click_tower' }).apply(trunk);
const click = tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'click' }).apply(clickTower);

const dwellTower = tf.layers.dense({ units: 16, activation: 'relu', name: 'dwell_tower' }).apply(trunk);
const dwell = tf.layers.dense({ units: 1, name: 'dwell' }).apply(dwellTower);

const clickFeature = options['stop-gradient'] ? layers.stopGradient({ name: 'click_feature' }).apply(click) : click;
const conversionInput = tf.layers.concatenate({ name: 'conversion_input' }).apply([trunk, clickFeature]);
const conversionTower = tf.layers
  .dense({ units: 16, activation: 'relu', name: 'conversion_tower' })
  .apply(conversionInput);
const conversion = tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'conversion' }).apply(conversionTower);

const model = tf.model({ inputs: input, outputs: [click, dwell, conversion] });
model.compile({
  optimizer: tf.train.adam(3e-3),
  loss: { click: 'binaryCrossentropy', dwell: 'meanSquaredError', conversion: 'binaryCrossentropy' },
});

const training = readers(2000, 1);
await model.fit(training.x, training.y, {
  epochs: Number(options.epochs),
  batchSize: 64,
  verbose: 0,
  callbacks: {
    onEpochEnd: (epoch, logs) =>
      console.log(
        `epoch ${epoch + 1}: click loss ${logs.click_loss.toFixed(4)}, dwell loss ${logs.dwell_loss.toFixed(4)}, ` +
          `conversion loss ${logs.conversion_loss.toFixed(4)}`,
      ),
  },
});

const heldOut = readers(1000, 2);
const predicted = model.predict(heldOut.x);
const clickLoss = tf.metrics.binaryCrossentropy(heldOut.y.click, predicted[0]).mean().dataSync()[0];
const dwellLoss = tf.losses.meanSquaredError(heldOut.y.dwell, predicted[1]).dataSync()[0];
const conversionLoss = tf.metrics.binaryCrossentropy(heldOut.y.conversion, predicted[2]).mean().dataSync()[0];
console.log(
  `held out: click loss ${clickLoss.toFixed(4)}, dwell loss ${dwellLoss.toFixed(4)}, conversion loss ${conversionLoss.toFixed(4)}`,
);
