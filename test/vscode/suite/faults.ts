import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { faults } from '../faults.mjs';
import { test } from '../runner.ts';
import { endOf, recordLines } from '../runs.ts';
import { diagnosticsOf, noneRunning, show, startTrainingOf, train, workspaceFolder } from './editor.ts';

/** `[id, text]` of each marked expression. */
function marked(text: string): (readonly [id: string, text: string])[] {
  return [...text.matchAll(/\/\*@expect (\w+)\*\/(.*?)\/\*@\*\//gs)].map(([, id = '', inside = '']) => [id, inside]);
}

function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : '';
}

/** The rule and the text under the line of each finding that is worse than information. */
async function underlined(file: string, found: readonly vscode.Diagnostic[]): Promise<string[][]> {
  const { document } = await show(file);
  return found
    .filter(({ severity }) => severity < vscode.DiagnosticSeverity.Information)
    .map((each) => [ruleOf(each), document.getText(each.range)]);
}

for (const [name, text] of Object.entries(faults)) {
  test(`a diagnostic covers exactly the marked expression: ${name}`, async () => {
    const file = `faults/${name}`;
    await train(file);
    const [[rule] = ['']] = marked(text);
    const found = await diagnosticsOf(file, (all) => all.some((each) => ruleOf(each) === rule));
    assert.deepEqual(
      await underlined(file, found),
      marked(text).map((each) => [...each]),
    );
  });
}

test('a finding of a run that goes on appears as soon as it holds, without a reload', async () => {
  const file = 'faults/late.mjs';
  const run = await startTrainingOf(file);
  try {
    // The towers pull the trunk to and fro, so the loss of one rises: that may be told, too.
    const isMeant = (each: vscode.Diagnostic): boolean => ruleOf(each) === 'detach';
    const found = (await diagnosticsOf(file, (all) => all.some(isMeant))).filter(isMeant);
    assert.ok(!recordLines(run).some(({ type }) => type === 'end'), 'the run goes on');
    const text = readFileSync(path.join(workspaceFolder(), file), 'utf8');
    assert.deepEqual(await underlined(file, found), [['detach', marked(text)[0]?.[1]]]);
    const since = Number(/Since step (\d+)\./.exec(found[0]?.message ?? '')?.[1]);
    assert.ok(since > 200 && since < 400, `since step ${since}`);
  } finally {
    await vscode.commands.executeCommand('mtlDebugger.stopTraining');
    await endOf(run);
    await noneRunning();
  }
});

const ignoring: readonly (readonly [title: string, comment: RegExp])[] = [
  ['Ignore ignoredLossWeights here', /\n {2}\/\/ mtl-debugger-ignore ignoredLossWeights\n.*lossWeights: \[/],
  ['Ignore ignoredLossWeights in this file', /^\/\* mtl-debugger-ignore-file ignoredLossWeights \*\/\nimport/],
];

for (const [title, comment] of ignoring) {
  test(`the quick fix takes the diagnostic away: ${title}`, async () => {
    const file = 'faults/lossWeights.mjs';
    await train(file);
    const isMeant = (each: vscode.Diagnostic): boolean => ruleOf(each) === 'ignoredLossWeights';
    const [found] = (await diagnosticsOf(file, (all) => all.some(isMeant))).filter(isMeant);
    const { document } = await show(file);
    const before = document.getText();
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      found!.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    assert.ok(actions.some((each) => each.title === 'Explain ignoredLossWeights'));
    const action = actions.find((each) => each.title === title);
    assert.ok(action?.edit !== undefined && (await vscode.workspace.applyEdit(action.edit)));
    assert.match(document.getText(), comment);
    await diagnosticsOf(file, (all) => !all.some(isMeant));
    // Trained again with its comment, it stays away.
    await document.save();
    await train(file);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await diagnosticsOf(file, (all) => !all.some(isMeant));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), before);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await document.save();
  });
}
