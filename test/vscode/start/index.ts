import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, runRegistered, skip, test } from '../runner.ts';
import { runCommand, webview, type Outside } from '../person/window.ts';
import { allGone, Terminal, terminalMaker } from './terminal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const start = [process.execPath, path.join(root, 'scripts', 'start.mjs')] as const;
/** A person's machine, whatever this one is: no continuous integration, and no VS Code on the PATH. */
const PATH = (process.env['PATH'] ?? '').split(':').filter((folder) => !existsSync(path.join(folder, 'code')));
const env: NodeJS.ProcessEnv = { ...process.env, PATH: PATH.join(':') };
delete env['CI'];
delete env['MTL_DEBUGGER_NO_OPEN'];
/** Two epochs will do. */
const short = ['--epochs', '2'];

/** What the launcher calls; returns the exit code. */
export async function run({ open, folder, photograph }: Outside): Promise<number> {
  test('npm start without a terminal ends with 0 and says how to open VS Code', () => {
    const { status, stdout } = spawnSync(start[0], [start[1], ...short], { cwd: root, env, encoding: 'utf8' });
    assert.equal(status, 0);
    assert.match(stdout, /Record: /);
    assert.match(stdout, /code --extensionDevelopmentPath="[^"]+" "[^"]+examples"/);
    assert.doesNotMatch(stdout, /http:/);
  });

  const onTerminal = terminalMaker();
  const names = [
    'npm start on a terminal calls the code of the PATH',
    'npm start without a code: the run in a browser',
  ];
  if (onTerminal === null) {
    names.forEach((name) => skip(name, 'neither script nor python3 is there to make a terminal'));
    return (await runRegistered(photograph)) > 0 ? 1 : 0;
  }
  const [onDesktop = '', inBrowser = ''] = names;

  test(onDesktop, async () => {
    const said = path.join(folder, 'said.json');
    const code = path.join(folder, 'code');
    const script = `const { MTL_DEBUGGER_SHOW_RUN: run } = process.env;
require('node:fs').writeFileSync(${JSON.stringify(said)}, JSON.stringify({ args: process.argv.slice(2), run }));`;
    writeFileSync(code, `#!${process.execPath}\n${script}\n`);
    chmodSync(code, 0o755);
    const withCode = { ...env, PATH: [folder, ...PATH].join(':') };
    for (const options of [['--no-open'], []]) {
      const terminal: Terminal = new Terminal(onTerminal, [...start, ...options, ...short], root, withCode);
      assert.equal(await terminal.exit(), 0, terminal.text);
      assert.equal(existsSync(said), options.length === 0, terminal.text);
    }
    const { args, run } = JSON.parse(readFileSync(said, 'utf8')) as { args: string[]; run: string };
    assert.deepEqual(args, [`--extensionDevelopmentPath=${path.resolve(root)}`, path.join(root, 'examples')]);
    assert.ok(existsSync(path.join(run, 'record.jsonl')));
    rmSync(run, { recursive: true });
  });

  test(
    inBrowser,
    async () => {
      const terminal = new Terminal(onTerminal, [...start, ...short], root, env);
      try {
        const address = await eventually('an address', () => /http:\/\/\S+/.exec(terminal.text)?.[0], 90);
        assert.equal((await fetch(address)).status, 200);
        assert.match(await eventually('a word on the end', () => /.*Ctrl\+C.*/.exec(terminal.text)?.[0]), /until/);
        const { page } = await open({ address });
        await webview(page).getByText('finished', { exact: false }).first().waitFor({ timeout: 60_000 });
        await page.locator('.tab', { hasText: 'MTL: train.mjs' }).waitFor();
        await page.locator('.tab[data-resource-name="train.mjs"]').waitFor();

        // Who closes the panel does not get it again.
        const panel = page.locator('.tab', { hasText: 'MTL: train.mjs' });
        page.on('dialog', (dialog) => void dialog.accept());
        await eventually(
          'a reload that does not bring the panel back',
          async () => {
            await panel.click({ button: 'middle' });
            await panel.waitFor({ state: 'detached' });
            // In a browser VS Code writes down what it remembers every five seconds, when it is idle: tried again if it was not.
            await page.waitForTimeout(7_000);
            await page.reload();
            await page.locator('.tab[data-resource-name="train.mjs"]').waitFor({ timeout: 60_000 });
            // The command is done when the extension is active, and the extension would show the run some seconds later.
            await runCommand(page, 'MTL: Refresh Runs');
            await page.waitForTimeout(12_000);
            return (await panel.count()) === 0;
          },
          90,
        );

        const processes = terminal.processes();
        assert.ok(processes.length > 2, 'npm start, the server and its extension host');
        terminal.press('\x03');
        assert.equal(await terminal.exit(), 0, terminal.text);
        await allGone(processes);
      } finally {
        await terminal.stop();
      }
    },
    360,
  );
  return (await runRegistered(photograph)) > 0 ? 1 : 0;
}
