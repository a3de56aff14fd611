import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../runner.ts';
import { configure, diagnosticsOf, show, train } from './editor.ts';

test('each cut of feed/loop.mjs --detach is underlined at exactly its expression, and nothing else', async () => {
  await configure('args', ['--epochs', '1', '--detach']);
  try {
    await train('feed/loop.mjs');
  } finally {
    await configure('args', undefined);
  }
  const { document } = await show('feed/loop.mjs');
  const found = await diagnosticsOf('feed/loop.mjs');
  assert.deepEqual(
    found.map(({ range }) => document.getText(range)),
    ['h.dataSync()'],
  );
  const [cut] = found;
  assert.match(document.lineAt(cut!.range.start.line).text, /tf\.tensor\(h\.dataSync\(\), h\.shape\)/);
  assert.equal(cut!.severity, vscode.DiagnosticSeverity.Warning);
  assert.match(cut!.message, /conversion/);
  assert.match(cut!.message, /click/);
});

test('they go when a new run no longer finds them', async () => {
  await configure('args', ['--epochs', '1']);
  try {
    await train('feed/loop.mjs');
  } finally {
    await configure('args', undefined);
  }
  await diagnosticsOf('feed/loop.mjs', ({ length }) => length === 0);
});
