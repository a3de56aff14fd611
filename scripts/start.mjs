// `npm start`: sets everything up, trains the penguins example, prints its report, and shows the run in VS Code where a person
// sits at a terminal. `--no-open`, or MTL_DEBUGGER_NO_OPEN in the environment: not in VS Code. `--browser`: in the
// browser-hosted VS Code, also where there is one on the desktop. Everything else goes to the example.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openInVscode } from './openInVscode.mjs';
import { root, runNode, setUp } from './setup.mjs';

const own = ['--no-open', '--browser'];
const args = process.argv.slice(2);
const forExample = args.filter((arg) => !own.includes(arg));
const runs = join(root, '.mtl', 'runs');
const runNames = () => (existsSync(runs) ? readdirSync(runs).sort() : []);

setUp();
const before = new Set(runNames());
const status = runNode(['dist/cli/main.mjs', 'train', '--seed', '1', 'examples/penguins/train.mjs', ...forExample]);
const run = runNames().findLast((name) => !before.has(name) && name.endsWith('-train'));
const { CI, MTL_DEBUGGER_NO_OPEN } = process.env;
const mayOpen = process.stdin.isTTY && process.stdout.isTTY && !CI && !MTL_DEBUGGER_NO_OPEN && !args.includes('--no-open');
if (status !== 0 || run === undefined) {
  process.exitCode = status;
} else if (!(mayOpen && (await openInVscode(join(runs, run), { desktop: !args.includes('--browser') })))) {
  console.log(`\nTo see it in VS Code: code --extensionDevelopmentPath="${root}" "${join(root, 'examples')}"`);
}
