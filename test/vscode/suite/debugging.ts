import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually, test } from '../runner.ts';
import { endOf, newRun, recordLines, runFolders } from '../runs.ts';
import { noneRunning, show, workspaceFolder } from './editor.ts';

const open = new Set<string>();
vscode.debug.onDidStartDebugSession(({ id }) => open.add(id));
vscode.debug.onDidTerminateDebugSession(({ id }) => open.delete(id));

test('Debug Active File stops at a breakpoint of the editor, and trains on from there', async () => {
  const file = 'own/one.mjs';
  const { document } = await show(file);
  const line = document
    .getText()
    .split('\n')
    .findIndex((text) => text.includes('const leftLoss'));
  const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(line, 0)));
  vscode.debug.addBreakpoints([breakpoint]);
  const before = runFolders(workspaceFolder());
  try {
    void vscode.commands.executeCommand('mtlDebugger.debugActiveFile');
    const frame = await eventually(
      'the breakpoint to be reached',
      () => vscode.debug.activeStackItem instanceof vscode.DebugStackFrame && vscode.debug.activeStackItem,
      90,
    );
    const { stackFrames } = (await frame.session.customRequest('stackTrace', { threadId: frame.threadId })) as {
      readonly stackFrames: readonly { readonly line: number; readonly source?: { readonly path?: string } }[];
    };
    assert.equal(stackFrames[0]?.line, line + 1);
    assert.equal(path.basename(stackFrames[0]?.source?.path ?? ''), 'one.mjs');
    const run = await newRun(workspaceFolder(), before, file);
    assert.ok(!recordLines(run).some(({ type }) => type === 'end'), 'it stands still');
    vscode.debug.removeBreakpoints([breakpoint]);
    await frame.session.customRequest('continue', { threadId: frame.threadId });
    assert.deepEqual([(await endOf(run)).state, (await endOf(run)).steps], ['finished', 40]);
    await noneRunning();
  } finally {
    vscode.debug.removeBreakpoints([breakpoint]);
  }
}, 120);

test('a training that stands at a breakpoint can be stopped', async () => {
  const file = 'own/one.mjs';
  const { document } = await show(file);
  const line = document
    .getText()
    .split('\n')
    .findIndex((text) => text.includes('const leftLoss'));
  const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(line, 0)));
  vscode.debug.addBreakpoints([breakpoint]);
  const before = runFolders(workspaceFolder());
  try {
    void vscode.commands.executeCommand('mtlDebugger.debugActiveFile');
    await eventually('the breakpoint', () => vscode.debug.activeStackItem instanceof vscode.DebugStackFrame, 90);
    const run = await newRun(workspaceFolder(), before, file);
    await vscode.commands.executeCommand('mtlDebugger.stopTraining', run);
    assert.equal((await endOf(run)).state, 'cancelled');
    await noneRunning();
    await eventually('the end of every debug session', () => open.size === 0);
  } finally {
    vscode.debug.removeBreakpoints([breakpoint]);
  }
}, 120);
