// Writes l10n/bundle.l10n.json: every text of the extension's host and of the diagnosis, for translators. `node scripts/texts.mjs`
// With --check it writes nothing, and fails where the file is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './setup.mjs';

// Where texts are written, and how: in the host for VS Code, in the diagnosis for every host.
const places = [
  { folder: join(root, 'src', 'host'), call: /^(?:t|vscode\.l10n\.t)$/ },
  { folder: join(root, 'src', 'core', 'diagnosis'), call: /^say$/ },
];
const texts = new Set();
for (const { folder, call } of places) {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts') && !file.endsWith('.test.ts')) {
      const tree = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node) => {
        if (ts.isCallExpression(node) && call.test(node.expression.getText(tree))) {
          const [text] = node.arguments;
          if (text && ts.isStringLiteralLike(text)) {
            texts.add(text.text);
          }
        }
        ts.forEachChild(node, visit);
      };
      visit(tree);
    }
  }
}
const bundle = Object.fromEntries([...texts].sort().map((text) => [text, text]));
const file = join(root, 'l10n', 'bundle.l10n.json');
const written = `${JSON.stringify(bundle, null, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync(file, written);
} else if (readFileSync(file, 'utf8') !== written) {
  console.error(`${file} is out of date: node scripts/texts.mjs writes it anew.`);
  process.exit(1);
}
console.log(`${texts.size} texts`);
