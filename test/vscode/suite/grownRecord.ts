import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { test } from '../runner.ts';
import { diagnosticsOf, show, train, workspaceFolder } from './editor.ts';

const script = `import * as tf from '@tensorflow/tfjs';

const inputs = tf.input({ shape: [4] });
const shared = tf.layers.dense({ units: 8, activation: 'relu', name: 'trunk' }).apply(inputs);
const species = tf.layers.dense({ units: 3, activation: 'softmax', name: 'species' }).apply(shared);
const mass = tf.layers.dense({ units: 1, name: 'mass' }).apply(shared);
const model = tf.model({ inputs, outputs: [species, mass] });
model.compile({ optimizer: 'sgd', loss: ['sparseCategoricalCrossentropy', 'meanSquaredError'] });
const x = tf.randomNormal([64, 4]);
const ids = tf.tensor1d(Array.from({ length: 64 }, (_, i) => 1 + (i % 3)));
await model.fit(x, { species: ids, mass: tf.randomNormal([64, 1]) }, { epochs: 2, batchSize: 32, verbose: 0 });
`;

/** Waits until the finding of class ids covers a text that fits. */
async function covers(file: string, text: RegExp): Promise<void> {
  const { document } = await show(file);
  await diagnosticsOf(file, (all) =>
    all.some(
      ({ code, range }) => typeof code === 'object' && code.value === 'classId' && text.test(document.getText(range)),
    ),
  );
}

test('what a finding means may be known only after it was told: the underline follows what the record says then', async () => {
  const file = 'grown/classes.mjs';
  mkdirSync(path.join(workspaceFolder(), 'grown'), { recursive: true });
  writeFileSync(path.join(workspaceFolder(), file), script);
  const trained = await train(file);
  await covers(file, /^species: ids$/u);
  // The same run once more, by another process, which has not written yet how the script trains.
  const lines = readFileSync(path.join(trained, 'record.jsonl'), 'utf8').split('\n');
  const graph = lines.findIndex((line) => line.startsWith('{"type":"graph"'));
  assert.ok(graph > 0, 'facts stand before the graph');
  const [header = '', ...facts] = lines.slice(0, graph);
  const grown = path.join(path.dirname(trained), '9999-01-01T00-00-00-classes');
  const own = { time: new Date().toISOString(), pid: process.pid, run: path.basename(grown) };
  mkdirSync(grown);
  try {
    const record = path.join(grown, 'record.jsonl');
    const begun = [JSON.stringify({ ...(JSON.parse(header) as object), ...own }), ...facts];
    writeFileSync(record, begun.map((line) => `${line}\n`).join(''));
    await vscode.commands.executeCommand('mtlDebugger.refreshRuns');
    await covers(file, /^model\.fit\(.*\)$/u);
    appendFileSync(record, lines.slice(graph).join('\n'));
    await covers(file, /^species: ids$/u);
  } finally {
    rmSync(grown, { recursive: true });
  }
});
