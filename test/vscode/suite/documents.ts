import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { test } from '../runner.ts';
import { endOf, runFolders } from '../runs.ts';
import { noneRunning, show, train, workspaceFolder } from './editor.ts';

async function append(file: string, text: string): Promise<vscode.TextDocument> {
  const { document } = await edit(file, (builder, { lineCount }) =>
    builder.insert(new vscode.Position(lineCount, 0), text),
  );
  return document;
}

async function edit(
  file: string,
  change: (builder: vscode.TextEditorEdit, document: vscode.TextDocument) => void,
): Promise<vscode.TextEditor> {
  const editor = await show(file);
  assert.ok(await editor.edit((builder) => change(builder, editor.document)));
  assert.ok(editor.document.isDirty);
  return editor;
}

const onDisk = (file: string): string => readFileSync(path.join(workspaceFolder(), file), 'utf8');

test('what is trained is what the editors show: the script is saved, and the module that it imports', async () => {
  const other = await append('own/notes.txt', 'as it stands in the editor\n');
  const data = await edit('own/data.mjs', (builder) =>
    builder.replace(new vscode.Range(0, 0, 1, 0), 'export const steps = 7;\n'),
  );
  const script = await append('own/reading.mjs', "throw new Error('the script of the editor');\n");
  const run = await train('own/reading.mjs');
  const end = await endOf(run);
  assert.equal(end.steps, 7, 'the steps of the module as it was edited');
  assert.match(end.error?.message ?? '', /the script of the editor/);
  assert.deepEqual([script.isDirty, data.document.isDirty, other.isDirty], [false, false, false]);
  assert.match(onDisk('own/data.mjs'), /steps = 7/);
});

test('a file that is no script is not trained, and not saved for it', async () => {
  const before = runFolders(workspaceFolder());
  const notes = await append('own/notes.txt', 'still being written\n');
  await vscode.commands.executeCommand('mtlDebugger.trainActiveFile');
  assert.ok(notes.isDirty);
  assert.deepEqual(runFolders(workspaceFolder()), before);
  await vscode.commands.executeCommand('workbench.action.files.revert');
});

test('from the output of a script, the script beside it is trained', async () => {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await show('own/two.mjs');
  await vscode.commands.executeCommand('mtlDebugger.showOutput');
  await vscode.commands.executeCommand('workbench.action.output.toggleOutput');
  await vscode.commands.executeCommand('workbench.panel.output.focus');
  const folder = await train('own/two.mjs', false);
  assert.equal((await endOf(folder)).state, 'finished');
  await noneRunning();
});
