import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { recordFaults } from '../../recordSchema.ts';
import { test } from '../runner.ts';
import { endOf, firstStepOf, recordLines, recordText } from '../runs.ts';
import { configure, extension, noneRunning, startTrainingOf, train, workspaceFolder } from './editor.ts';

test('penguins, trained by the command: a whole and valid record', async () => {
  const folder = await train('penguins/train.mjs');
  assert.deepEqual(recordFaults(recordText(folder)), []);
  const end = await endOf(folder);
  assert.equal(end.state, 'finished');
  assert.ok(end.steps > 0);
  assert.equal(
    recordLines(folder).filter(({ type }) => type === 'step').length,
    end.observed,
    'every observed step is in the record',
  );
});

test('the extension knows the run that it trained', () => {
  const known = extension()
    .exports.trainings()
    .find(({ entry }) => entry.endsWith('train.mjs'));
  assert.ok(known?.folder);
  assert.equal(path.basename(path.dirname(known.folder)), 'runs');
});

test('the settings of the workspace reach the training', async () => {
  await configure('seed', 11);
  await configure('backend', 'cpu');
  try {
    const [header] = recordLines(await train('own/one.mjs'));
    assert.ok(header?.type === 'header');
    assert.equal(header.seed, 11);
    assert.equal(header.backend.asked, 'cpu');
  } finally {
    await configure('seed', undefined);
    await configure('backend', undefined);
  }
});

test('Stop Training ends a run at its next step, and the record says so', async () => {
  const folder = await startTrainingOf('own/long.mjs');
  await firstStepOf(folder);
  await vscode.commands.executeCommand('mtlDebugger.stopTraining');
  const end = await endOf(folder);
  assert.equal(end.state, 'cancelled');
  assert.deepEqual(recordFaults(recordText(folder)), []);
  await noneRunning();
});

test('two runs at once do not disturb each other', async () => {
  const one = await startTrainingOf('own/one.mjs');
  const two = await startTrainingOf('own/two.mjs');
  const ends = [await endOf(one), await endOf(two)];
  assert.deepEqual(
    ends.map(({ state, steps }) => ({ state, steps })),
    [
      { state: 'finished', steps: 40 },
      { state: 'finished', steps: 60 },
    ],
  );
  assert.deepEqual(
    [one, two].flatMap((folder) => recordFaults(recordText(folder))),
    [],
  );
  await noneRunning();
});

test('a script that throws leaves its error and its line in the record', async () => {
  const folder = await train('own/throws.mjs');
  const end = await endOf(folder);
  assert.equal(end.state, 'failed');
  assert.match(end.error?.message ?? '', /the data ran out/);
  const { file, line } = end.error!.position!;
  const document = await vscode.workspace.openTextDocument(path.join(workspaceFolder(), file));
  assert.match(document.lineAt(line - 1).text, /the data ran out/);
});
