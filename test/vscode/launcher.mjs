#!/usr/bin/env node
// Stands in for VS Code's own executable: takes the arguments that @vscode/test-electron gives it and runs the browser-hosted
// VS Code instead. Ends with the exit code of the tests. These arguments are its own:
//   --from-outside   the tests are a module of this process, and use the windows as a person would
//   --restricted     no folder is trusted; @vscode/test-electron itself always asks for trust
//   --vsix=FILE      the packaged extension is installed, and none is under development
//   --browser-only   no VS Code is started: the tests start their own, and open its address
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/setup.mjs';
import { startBrowser, startVscode } from '../../scripts/vscodeWindow.mjs';

const args = process.argv.slice(2);
const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const vsix = option('vsix') ?? null;
const extension = vsix === null ? option('extensionDevelopmentPath') : null;
const tests = option('extensionTestsPath');
const folder = args.find((arg) => !arg.startsWith('--')) ?? null;
const log = [];

/** What VS Code says of itself in every run without a network and without its native parts. */
const usual =
  /spdlog|native-watchdog|open-vsx|AgentHost|AccountPolicy|ChatModel|Service Worker|renderer-|connection token|tsserver|sqlite3/;

/** Keeps what the page's console says, for the case that something goes wrong. */
const keep = (type, said) => {
  const text = said.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');
  if (!usual.test(text)) {
    log.push(`${type}: ${text.slice(0, 1_000)}`);
  }
};

/** What extension hosts have logged as an error that nobody handled, or as one of the extension under test. */
const errorsIn = (logs) =>
  readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((file) => /exthost.*\.log$/.test(file))
    .flatMap((file) => readFileSync(join(logs, file), 'utf8').split('\n'))
    .filter(
      (line) => /\[error\]/.test(line) && /unhandled|uncaught|rejected promise|mtl-debugger|dist.extension/i.test(line),
    );

const data = mkdtempSync(join(tmpdir(), 'mtl-vscode-'));
if (args.includes('--from-outside') && extension !== null) {
  const companion = join(data, 'extensions', 'mtl-debugger.mtl-test-companion-0.0.0');
  cpSync(join(root, 'test', 'vscode', 'companion'), companion, { recursive: true });
}
const vscode = args.includes('--browser-only')
  ? await startBrowser()
  : await startVscode({ data, extension, vsix, trusted: !args.includes('--restricted') });
const end = async (signal) => {
  await vscode.stop();
  rmSync(data, { recursive: true, force: true });
  process.exit(signal === 'SIGINT' ? 130 : 143);
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
let code = 1;
try {
  if (args.includes('--from-outside')) {
    const { run } = await import(pathToFileURL(tests).href);
    const pages = [];
    const open = async (options) => {
      const { page } = await vscode.open({ folder, print: keep, ...options });
      pages.push(page);
      return { page };
    };
    const photograph = async (name) => {
      for (const [index, page] of pages.filter((one) => !one.isClosed()).entries()) {
        const path = join(
          root,
          '.vscode-test',
          'failures',
          `${name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)}-${index}.png`,
        );
        await page.screenshot({ path });
        console.error(`The window when it failed: ${path}`);
        // A picture is of no use where only the output is kept.
        console.error(await textOf(page));
      }
    };
    code = await run({ open, photograph, folder, extensionHostErrors: () => errorsIn(data) });
  } else {
    const { exitCode } = await vscode.open({ folder, tests, print: keep });
    code = await exitCode;
  }
} catch (error) {
  console.error(error);
}
if (code !== 0) {
  console.error(['The last that VS Code said:', ...log.slice(-20)].join('\n  '));
}
await vscode.stop();
rmSync(data, { recursive: true, force: true });
process.exit(code);

/** What every document of a window shows: the workbench and its webviews. */
async function textOf(page) {
  const shown = page.frames().filter((frame) => frame === page.mainFrame() || frame.url().includes('/webview/'));
  const texts = await Promise.all(
    shown.map(async (frame) => {
      const text = await frame
        .locator('body')
        .innerText({ timeout: 5_000 })
        .catch((error) => `unreadable: ${error.message}`);
      const [address] = frame.url().split('?');
      return `  [${address}] ${text.replace(/\s+/g, ' ').slice(0, 1_500)}`;
    }),
  );
  return texts.join('\n');
}
