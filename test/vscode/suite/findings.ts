import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GraphLine } from '../../../src/core/run/record.ts';
import { test } from '../runner.ts';
import { recordLines } from '../runs.ts';
import { diagnosticsOf, show, trainWith, workspaceFolder } from './editor.ts';

/** What must stand in the editor after a run. */
interface Expected {
  readonly title: string;
  readonly file: string;
  readonly args?: readonly string[];
  /** Per finding: its code, the text under the line, and whether it is a warning. */
  readonly findings: readonly (readonly [code: string, text: string, warning: boolean])[];
  /** Texts of the lines that the findings lead to. */
  readonly related: readonly RegExp[];
}

const cases: readonly Expected[] = [
  {
    title: 'feed/loop.mjs --detach: the values that were read',
    file: 'feed/loop.mjs',
    args: ['--epochs', '1', '--detach'],
    findings: [['detach', 'h.dataSync()', true]],
    related: [/conversionLoss/],
  },
  {
    title: 'feed/train.mjs --stop-gradient: the declared cut, as information',
    file: 'feed/train.mjs',
    args: ['--epochs', '1', '--stop-gradient'],
    findings: [['stopGradient', "layers.stopGradient({ name: 'click_feature' })", false]],
    related: [/model\.fit/],
  },
  {
    title: 'feed/train.mjs: a prediction through which a gradient flows, as information',
    file: 'feed/train.mjs',
    args: ['--epochs', '1'],
    findings: [['predictionLeak', 'model.fit', false]],
    related: [],
  },
  {
    title: 'tf.round on a path',
    file: 'own/rounded.mjs',
    findings: [['zeroGradient', 'tf.round(shared)', true]],
    related: [/rightLoss/],
  },
  {
    title: 'a tower left out of the list that is minimised over',
    file: 'own/unlisted.mjs',
    findings: [['notListed', '[trunk, left]', true]],
    related: [],
  },
  {
    title: 'a frozen trunk',
    file: 'own/frozen.mjs',
    findings: [['frozenGroup', 'optimizer.minimize', true]],
    related: [],
  },
];

for (const { title, file, args = [], findings, related } of cases) {
  test(`findings are underlined at exactly their expressions: ${title}`, async () => {
    const run = await trainWith(file, args);
    const graph = recordLines(run).findLast((line): line is GraphLine => line.type === 'graph');
    const placed = graph?.cuts.filter(({ position }) => position !== null) ?? [];
    const rules = findings.map(([rule]) => rule);
    const all = await diagnosticsOf(file, (given) =>
      rules.every((rule) => given.some(({ code }) => codeOf(code).value === rule)),
    );
    const found = all.filter(({ code }) => rules.includes(codeOf(code).value));
    assert.deepEqual(
      all.filter((each) => !found.includes(each) && each.severity !== vscode.DiagnosticSeverity.Information),
      [],
      'what else is found is information',
    );
    const { document } = await show(file);
    assert.deepEqual(
      found.map(({ code, range, severity }) => [
        codeOf(code).value,
        document.getText(range).replace(/\((?:\(\) => \{|training).*$/s, ''),
        severity === vscode.DiagnosticSeverity.Warning,
      ]),
      findings,
    );
    assert.equal(
      found.filter(({ code }) => placed.some(({ kind }) => kind === codeOf(code).value)).length,
      placed.length,
      'each cut of the record has exactly one',
    );
    for (const { code, severity, message } of found) {
      assert.ok([vscode.DiagnosticSeverity.Warning, vscode.DiagnosticSeverity.Information].includes(severity));
      assert.doesNotMatch(message, /edited/);
      await isDocumented(codeOf(code));
    }
    const places = found.flatMap(({ relatedInformation }) => relatedInformation ?? []);
    assert.equal(places.length, related.length);
    for (const [index, { location }] of places.entries()) {
      assert.equal(location.uri.fsPath, path.join(workspaceFolder(), file));
      assert.match(document.lineAt(location.range.start).text, related[index]!);
    }
  });
}

interface Code {
  readonly value: string;
  readonly target: vscode.Uri;
}

function codeOf(code: vscode.Diagnostic['code']): Code {
  assert.ok(typeof code === 'object');
  return { value: String(code.value), target: code.target };
}

/** The link of a code leads to the page of the extension that explains it. */
async function isDocumented({ value, target }: Code): Promise<void> {
  assert.ok(target.path.endsWith(`/docs/findings/${value}.md`), target.path);
  const text = (await vscode.workspace.openTextDocument(target)).getText();
  assert.ok(text.startsWith(`# ${value}\n`), `${target.path} explains something else`);
}
