import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { eventually, test } from '../runner.ts';
import { endOf, newRun, recordLines, runFolders } from '../runs.ts';
import { noneRunning, show, workspaceFolder } from './editor.ts';

const file = 'own/one.mjs';
const open = new Set<string>();
vscode.debug.onDidStartDebugSession(({ id }) => open.add(id));
vscode.debug.onDidTerminateDebugSession(({ id }) => open.delete(id));

interface Stopped {
  readonly run: string;
  readonly frame: vscode.DebugStackFrame;
  /** From 0, as editors count. */
  readonly line: number;
  readonly removeBreakpoint: () => void;
}

/** Debugs a script until it stands at a breakpoint inside its loss function. */
async function atBreakpoint(then: (stopped: Stopped) => Promise<void>): Promise<void> {
  const { document } = await show(file);
  const lines = document.getText().split('\n');
  const line = lines.findIndex((text) => text.includes('const leftLoss'));
  const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(line, 0)));
  const removeBreakpoint = (): void => vscode.debug.removeBreakpoints([breakpoint]);
  vscode.debug.addBreakpoints([breakpoint]);
  const before = runFolders(workspaceFolder());
  try {
    void vscode.commands.executeCommand('mtlDebugger.debugActiveFile');
    const frame = await eventually(
      'the breakpoint to be reached',
      () => vscode.debug.activeStackItem instanceof vscode.DebugStackFrame && vscode.debug.activeStackItem,
      90,
    );
    await then({ run: await newRun(workspaceFolder(), before, file), frame, line, removeBreakpoint });
    await noneRunning();
    await eventually('the end of every debug session', () => open.size === 0);
  } finally {
    removeBreakpoint();
  }
}

test(
  'Debug Active File stops at a breakpoint of the editor, and trains on from there',
  () =>
    atBreakpoint(async ({ run, frame, line, removeBreakpoint }) => {
      const { stackFrames } = (await frame.session.customRequest('stackTrace', { threadId: frame.threadId })) as {
        readonly stackFrames: readonly { readonly line: number; readonly source?: { readonly path?: string } }[];
      };
      assert.equal(stackFrames[0]?.line, line + 1);
      assert.equal(path.basename(stackFrames[0]?.source?.path ?? ''), 'one.mjs');
      assert.ok(!recordLines(run).some(({ type }) => type === 'end'), 'it stands still');
      removeBreakpoint();
      await frame.session.customRequest('continue', { threadId: frame.threadId });
      assert.deepEqual([(await endOf(run)).state, (await endOf(run)).steps], ['finished', 40]);
    }),
  120,
);

test(
  'a training that stands at a breakpoint can be stopped',
  () =>
    atBreakpoint(async ({ run }) => {
      await vscode.commands.executeCommand('mtlDebugger.stopTraining', run);
      assert.equal((await endOf(run)).state, 'cancelled');
    }),
  120,
);
