import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { test } from '../runner.ts';
import { endOf, firstStepOf, recordLines } from '../runs.ts';
import { configure, diagnosticsOf, noneRunning, show, startTrainingOf, trainWith, workspaceFolder } from './editor.ts';

const file = 'own/cut.mjs';
const expression = 'shared.dataSync()';
const edited = /edited after this run/;

/** Waits until the one finding of the file is stale or not; it must lie at its expression. */
async function stands(stale: boolean, text = expression): Promise<vscode.Diagnostic> {
  const cuts = (all: readonly vscode.Diagnostic[]): vscode.Diagnostic[] =>
    all.filter(({ code }) => typeof code === 'object' && code.value === 'detach');
  const isThere = (all: readonly vscode.Diagnostic[]): boolean => {
    const [one] = cuts(all);
    return one !== undefined && edited.test(one.message) === stale;
  };
  const [found] = cuts(await diagnosticsOf(file, isThere));
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path.join(workspaceFolder(), file)));
  assert.equal(document.getText(found!.range), text);
  return found!;
}

async function insert(line: number, character: number, text: string): Promise<void> {
  const editor = await show(file);
  assert.ok(await editor.edit((builder) => builder.insert(new vscode.Position(line, character), text)));
}

/** The file as it was, saved; what the editor showed is given up. */
async function restore(text: string): Promise<void> {
  const editor = await show(file);
  const { document } = editor;
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  await editor.edit((builder) => builder.replace(all, text));
  await document.save();
}

test('a finding goes with its expression: lines above it, text in it; and says that it is older than the text', async () => {
  const text = readFileSync(path.join(workspaceFolder(), file), 'utf8');
  await trainWith(file, []);
  const { range } = await stands(false);
  await insert(0, 0, '// one more\n// and another\n');
  const moved = await stands(true);
  assert.equal(moved.range.start.line, range.start.line + 2);
  await insert(moved.range.start.line, moved.range.start.character + 'shared'.length, '.clone()');
  await stands(true, 'shared.clone().dataSync()');
  // Trained again, which saves it: it holds for the text as it is now.
  await trainWith(file, []);
  await stands(false, 'shared.clone().dataSync()');
  await restore(text);
});

test('a finding follows edits that are made while its run goes on', async () => {
  const text = readFileSync(path.join(workspaceFolder(), file), 'utf8');
  await configure('args', ['--long']);
  try {
    const run = await startTrainingOf(file);
    await firstStepOf(run);
    const { range } = await stands(false);
    const { document } = await show(file);
    await insert(0, 0, '// one more\n');
    await insert(document.lineCount - 1, 0, '// and one below\n');
    await stands(true);
    await vscode.commands.executeCommand('mtlDebugger.stopTraining');
    await endOf(run);
    await noneRunning();
    // The end of the run is one more look at it.
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal((await stands(true)).range.start.line, range.start.line + 1);
  } finally {
    await configure('args', undefined);
    await restore(text);
  }
});

test('a run that never came to a step leaves what the one before found, and one that no longer finds it takes it away', async () => {
  await trainWith(file, []);
  await stands(false);
  const broken = await trainWith(file, ['--no-data']);
  assert.equal((await endOf(broken)).state, 'failed');
  assert.ok(!recordLines(broken).some(({ type }) => type === 'graph'));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await stands(false);
  await trainWith(file, ['--whole']);
  await diagnosticsOf(file, ({ length }) => length === 0);
});

test('a file that another program changes: the finding goes with its expression, and with its file', async () => {
  await trainWith(file, []);
  const { range } = await stands(false);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const at = path.join(workspaceFolder(), file);
  const text = readFileSync(at, 'utf8');
  writeFileSync(at, `// one more\n${text}`);
  assert.equal((await stands(true)).range.start.line, range.start.line + 1);
  rmSync(at);
  await diagnosticsOf(file, ({ length }) => length === 0);
  writeFileSync(at, text);
});
