import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually, test } from '../runner.ts';
import { endOf, firstStepOf, newRun, runFolders } from '../runs.ts';
import { closePanels, noneRunning, openPanels, show, startTrainingOf, train, workspaceFolder } from './editor.ts';

/** What stands above the lines of a file, as `line: title`, once `enough` of it does. */
async function lensesOf(file: string, enough: (titles: readonly string[]) => boolean): Promise<vscode.CodeLens[]> {
  const { document } = await show(file);
  return eventually(`lenses of ${file}`, async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      100,
    );
    return enough(titlesOf(lenses)) ? lenses : null;
  });
}

function titlesOf(lenses: readonly vscode.CodeLens[]): string[] {
  return lenses.map(({ range, command }) => `${range.start.line}: ${command?.title.replace(/\$\(.*?\) /, '') ?? ''}`);
}

async function press(lenses: readonly vscode.CodeLens[], title: RegExp): Promise<void> {
  const command = lenses.find((lens) => title.test(lens.command?.title ?? ''))?.command;
  assert.ok(command, `no lens ${String(title)}`);
  await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

async function lineOf(file: string, text: string): Promise<number> {
  const { document } = await show(file);
  return document.getText().split(text)[0]!.split('\n').length - 1;
}

test('above the call that trains: train and open before a run, stop while it runs, the result after it', async () => {
  const line = await lineOf('own/lens.mjs', 'optimizer.minimize');
  const before = await lensesOf('own/lens.mjs', ({ length }) => length > 0);
  assert.deepEqual(titlesOf(before), [`${line}: Train`, `${line}: Open panel`]);

  const known = runFolders(workspaceFolder());
  await press(before, /Train/);
  const run = await newRun(workspaceFolder(), known, 'own/lens.mjs');
  await firstStepOf(run);
  const during = await lensesOf('own/lens.mjs', ([first]) => /Stop \(step \d+/.test(first ?? ''));
  assert.equal(during.length, 2);
  await closePanels();
  await press(during, /Open panel/);
  await eventually('the panel of the run', () => openPanels().includes('MTL: lens.mjs'));
  await press(during, /Stop/);
  assert.equal((await endOf(run)).state, 'cancelled');
  await noneRunning();

  const after = await lensesOf('own/lens.mjs', (titles) => titles.some((title) => title.includes('cancelled')));
  assert.match(titlesOf(after).at(-1)!, new RegExp(`^${line}: cancelled · [\\d,]+ steps?$`));
  assert.equal(after.length, 3);
  await closePanels();
  await press(after, /cancelled/);
  await eventually('the panel of the result', () => openPanels().includes('MTL: lens.mjs'));
});

test('a result tells how many cuts nobody declared', async () => {
  await train('own/rounded.mjs');
  const lenses = await lensesOf('own/rounded.mjs', (titles) => titles.some((title) => title.includes('finished')));
  assert.match(titlesOf(lenses).at(-1)!, /finished · 12 steps · 1 undeclared cut$/);
});

test('a module that trains for the script that imports it: its lenses are those of that script', async () => {
  const run = await startTrainingOf('own/importing.mjs');
  await firstStepOf(run);
  const line = await lineOf('own/fitting.mjs', 'optimizer.minimize');
  const during = await lensesOf('own/fitting.mjs', ([first]) => /Stop/.test(first ?? ''));
  assert.ok(titlesOf(during).every((title) => title.startsWith(`${line}: `)));
  await press(during, /Stop/);
  await endOf(run);
  await noneRunning();
  const after = await lensesOf('own/fitting.mjs', (titles) => titles.some((title) => title.includes('cancelled')));
  assert.equal(titlesOf(after)[0], `${line}: Train importing.mjs`);
  const own = await lensesOf('own/importing.mjs', ({ length }) => length === 3);
  assert.match(titlesOf(own).join(), /^0: Train,0: Open panel,0: cancelled/);

  const known = runFolders(workspaceFolder());
  await press(after, /Train importing/);
  const again = await newRun(workspaceFolder(), known, path.join('own', 'importing.mjs'));
  await firstStepOf(again);
  await vscode.commands.executeCommand('mtlDebugger.stopTraining');
  await noneRunning();
});
