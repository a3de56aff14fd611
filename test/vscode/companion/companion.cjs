// A second extension for the tests that use VS Code as a person does: it opens documents that no keyboard could.
const vscode = require('vscode');

const script =
  "import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential();\nawait model.fit(tf.ones([1, 1]), tf.ones([1, 1]));\n";

/** A file system of one file, which lies on no disk. */
const memory = {
  onDidChangeFile: () => ({ dispose: () => undefined }),
  watch: () => ({ dispose: () => undefined }),
  stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: script.length }),
  readDirectory: () => [],
  createDirectory: () => undefined,
  readFile: () => new TextEncoder().encode(script),
  writeFile: () => undefined,
  delete: () => undefined,
  rename: () => undefined,
};

exports.activate = ({ subscriptions }) => {
  // A command that is the first of a new window waits until its extension has come up: this tells when it is done.
  const done = vscode.window.createStatusBarItem('mtlCompanion.done', vscode.StatusBarAlignment.Right);
  let count = 0;
  subscriptions.push(
    done,
    vscode.workspace.registerFileSystemProvider('memfs', memory),
    // What an earlier test left open is in nobody's way.
    vscode.commands.registerCommand('mtlCompanion.anew', async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await vscode.commands.executeCommand('notifications.clearAll');
      await vscode.commands.executeCommand('notifications.hideList');
      done.text = `closed ${++count}`;
      done.show();
    }),
    // The text of the active editor, in a document that was never saved.
    vscode.commands.registerCommand('mtlCompanion.untitled', async () => {
      const content = vscode.window.activeTextEditor.document.getText();
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'javascript', content }));
    }),
    vscode.commands.registerCommand('mtlCompanion.virtual', () => vscode.window.showTextDocument(vscode.Uri.parse('memfs:/train.mjs'))),
  );
};
