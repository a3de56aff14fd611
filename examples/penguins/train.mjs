// Penguins: one small network tells the species and the body mass from three measurements of a beak and a flipper.
// Fault: the losses are added as they are. Mass is in grams, so its squared error starts near 18,000,000 beside 1.1 for
// the species, and plain SGD lets it throw the shared layers into saturation within the first steps.
// See: after 40 epochs every penguin is called an Adelie (0.44 of all rows, 0.37 of those held out), and mass stands at
// its variance (640,000). With the mass standardised both are learnt: species 0.94 to 0.98, mass to 125,000 g^2.
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({ options: { epochs: { type: 'string', default: '40' } } });
const speciesNames = ['Adelie', 'Chinstrap', 'Gentoo'];

const penguins = readFileSync(new URL('./penguins.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter((cells) => cells.slice(0, 6).every((cell) => cell !== '')) // two birds were never measured
  .map(([species, , beakLength, beakDepth, flipperLength, bodyMass]) => ({
    species: speciesNames.indexOf(species),
    measurements: [beakLength, beakDepth, flipperLength].map(Number),
    bodyMass: Number(bodyMass),
  }));

shuffle(penguins, 8);
const heldOut = penguins.slice(0, 68);
const training = penguins.slice(68);

const x = standardised(training);
const species = tf
  .oneHot(
    tf.tensor1d(
      training.map((bird) => bird.species),
      'int32',
    ),
    3,
  )
  .toFloat();
const mass = tf.tensor2d(training.map((bird) => [bird.bodyMass]));

const input = tf.input({ shape: [3] });
let features = input;
for (const units of [32, 16, 8]) {
  features = tf.layers.dense({ units, activation: 'tanh', name: `trunk${units}` }).apply(features);
}
const speciesHead = tf.layers.dense({ units: 3, activation: 'softmax', name: 'species' }).apply(features);
const massHead = tf.layers.dense({ units: 1, name: 'mass' }).apply(features);

const model = tf.model({ inputs: input, outputs: [speciesHead, massHead] });
model.compile({
  optimizer: tf.train.sgd(1e-2),
  loss: { species: 'categoricalCrossentropy', mass: 'meanSquaredError' },
  metrics: { species: 'accuracy' },
});

const epochs = Number(options.epochs);
await model.fit(
  x,
  { species, mass },
  {
    epochs,
    batchSize: 32,
    verbose: 0,
    callbacks: {
      onEpochEnd: (epoch, logs) => {
        if ((epoch + 1) % 10 === 0 || epoch + 1 === epochs) {
          console.log(
            `epoch ${epoch + 1}: species loss ${logs.species_loss.toFixed(4)}, mass loss ${Math.round(logs.mass_loss)} g^2`,
          );
        }
      },
    },
  },
);

const [speciesAnswer, massAnswer] = model.predict(standardised(heldOut));
const named = speciesAnswer.argMax(-1).dataSync();
const weighed = massAnswer.dataSync();
const accuracy = average(heldOut.map((bird, i) => Number(bird.species === named[i])));
const massError = average(heldOut.map((bird, i) => (bird.bodyMass - weighed[i]) ** 2));
console.log(`held out: species accuracy ${accuracy.toFixed(2)}, mass error ${Math.round(massError)} g^2`);

/** Measurements in standard deviations from the mean of the training birds. */
function standardised(birds) {
  const scales = [0, 1, 2].map((k) => {
    const values = training.map((bird) => bird.measurements[k]);
    const mean = average(values);
    return { mean, deviation: Math.sqrt(average(values.map((value) => (value - mean) ** 2))) };
  });
  return tf.tensor2d(
    birds.map((bird) => bird.measurements.map((value, k) => (value - scales[k].mean) / scales[k].deviation)),
  );
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same order for the same seed (Park and Miller's generator), so that every run holds out the same birds. */
function shuffle(list, seed) {
  let state = seed;
  for (let i = list.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
}
