import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, test } from '../runner.ts';
import { extension } from './editor.ts';

interface Manifest {
  readonly contributes: {
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly title: string;
      readonly steps: readonly { readonly description: string; readonly media: { readonly markdown: string } }[];
    }[];
  };
}

test('the buttons of the empty view and of the walkthrough are commands that exist', async () => {
  const { viewsWelcome, walkthroughs } = (extension().packageJSON as Manifest).contributes;
  const steps = walkthroughs.flatMap((each) => each.steps);
  const texts = [...viewsWelcome.map(({ contents }) => contents), ...steps.map(({ description }) => description)];
  const named = texts.flatMap((text) => [...text.matchAll(/\(command:([\w.]+)/g)].map(([, id = '']) => id));
  assert.ok(named.length >= texts.length, 'each has at least one');
  const known = new Set(await vscode.commands.getCommands());
  assert.deepEqual(
    named.filter((id) => !known.has(id)),
    [],
  );
  for (const { media } of steps) {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(extension().extensionUri, media.markdown));
  }
});

test('the walkthrough opens', async () => {
  const [walkthrough] = (extension().packageJSON as Manifest).contributes.walkthroughs;
  assert.ok(walkthrough);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension().id}#${walkthrough.id}`);
  await eventually('its page', () =>
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => /walkthrough|welcome/i.test(label)),
  );
});
