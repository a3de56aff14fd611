import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, test } from '../runner.ts';
import { extension, show } from './editor.ts';

test('the extension is active soon after the window is there, without any script: a training may still run', async () => {
  await show('own/notes.txt');
  await eventually('the extension to be active', () => extension().isActive);
});

test('every command of the manifest is there', async () => {
  await vscode.commands.executeCommand('mtlDebugger.showLog');
  assert.deepEqual(extension().exports.trainings(), []);
  const manifest = extension().packageJSON as { contributes: { commands: { command: string }[] } };
  const known = await vscode.commands.getCommands(true);
  const absent = manifest.contributes.commands.map(({ command }) => command).filter((id) => !known.includes(id));
  assert.deepEqual(absent, []);
});
