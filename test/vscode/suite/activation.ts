import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../runner.ts';
import { extension, show } from './editor.ts';

test('the extension is not active before a script is opened or anything of it is used', async () => {
  await show('own/notes.txt');
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(extension().isActive, false);
});

test('a command activates it, and every command of the manifest is there', async () => {
  await vscode.commands.executeCommand('mtlDebugger.showLog');
  assert.equal(extension().isActive, true);
  assert.deepEqual(extension().exports.trainings(), []);
  const manifest = extension().packageJSON as { contributes: { commands: { command: string }[] } };
  const known = await vscode.commands.getCommands(true);
  const absent = manifest.contributes.commands.map(({ command }) => command).filter((id) => !known.includes(id));
  assert.deepEqual(absent, []);
});
