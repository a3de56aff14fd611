// A VS Code that runs in a browser: the same workbench and the same extension host as on the desktop, from npm alone.
// The integration tests use it where VS Code itself cannot be downloaded, and `npm start` where there is none.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './setup.mjs';

/** code-server holds VS Code of nearly its own number; this one needs Node 24, which is installed beside it. */
const packages = { node: 'node@24', server: 'code-server@4.139.1' };
/** What an installation of exactly this consists of; an older one is replaced. */
const manifest = JSON.stringify({ private: true, description: `${packages.node}, ${packages.server}, language service` });
const home = join(root, '.vscode-test', 'server');
const serverIn = (folder) => join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
const nodeIn = (folder) => join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Settings that leave out what has nothing to do with the extension. */
const calm = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

function npm(folder, ...args) {
  const own = process.env.npm_execpath;
  const all = [...args, '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  const { status, stderr, error } = own
    ? spawnSync(process.execPath, [own, ...all], options)
    : spawnSync('npm', all, { ...options, shell: process.platform === 'win32' });
  if (status !== 0) {
    throw new Error(`npm ${args.join(' ')}: ${(error?.message ?? stderr).trim().split('\n').slice(-5).join('\n')}`);
  }
}

/**
 * The installed server: `{ node, folder }`, the Node to run it with and the folder to run it in. Installs it, once, into an
 * ignored folder of the repository; half an installation is never left behind. Null, with the reason printed, where that fails.
 */
export function ensureVscodeServer() {
  const installed = { node: nodeIn(home), folder: serverIn(home) };
  const stamp = join(home, 'stamp.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) {
    return installed;
  }
  if (process.platform === 'win32') {
    console.log('The browser-hosted VS Code does not run on Windows.');
    return null;
  }
  console.log('Installing a VS Code that runs in a browser (once, half a minute) …');
  mkdirSync(dirname(home), { recursive: true });
  const folder = mkdtempSync(`${home}-`);
  try {
    writeFileSync(join(folder, 'package.json'), manifest);
    npm(folder, 'install', packages.node);
    // Its install script compiles native parts that are not needed here, and refuses any Node but its own.
    npm(folder, 'install', '--ignore-scripts', packages.server);
    npm(serverIn(folder), 'install', '--omit=dev', '--ignore-scripts');
    // The language service of JavaScript and TypeScript; without it VS Code complains at the first script.
    npm(join(serverIn(folder), 'extensions'), 'install', '--omit=dev', '--ignore-scripts');
    const { status } = spawnSync(nodeIn(folder), [join(serverIn(folder), 'out', 'server-main.js'), '--version']);
    if (status !== 0) {
      throw new Error('it was installed, and does not start');
    }
    writeFileSync(join(folder, 'stamp.json'), manifest);
    rmSync(home, { recursive: true, force: true });
    renameSync(folder, home);
    return installed;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    console.log(`The browser-hosted VS Code could not be installed: ${error.message}`);
    return null;
  }
}

/** Installs a packaged extension for the servers that are started with this `data`. @throws where the server refuses it */
export function installExtension({ data, vsix }) {
  const { node, folder } = ensureVscodeServer() ?? {};
  if (node === undefined) {
    throw new Error('There is no VS Code server to install into.');
  }
  const args = ['out/server-main.js', '--install-extension', vsix, ...folders(data), '--accept-server-license-terms'];
  const { status, stdout, stderr, error } = spawnSync(node, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${vsix} could not be installed: ${error?.message ?? stdout + stderr}`);
  }
}

/** Where a server keeps its settings, state and extensions. */
function folders(data) {
  const [server, user, extensions] = ['server', 'user', 'extensions'].map((name) => join(data, name));
  return ['--server-data-dir', server, '--user-data-dir', user, '--extensions-dir', extensions];
}

/**
 * Starts the server on a free port of 127.0.0.1. `data` is a folder for its settings and extensions, `trusted` whether every
 * folder is trusted without asking, `automation` whether a page may name an extension under development and its tests.
 * `settings` are the user's. Returns its address, host and port, and `stop()`, which ends it and all that it started.
 */
export async function startVscodeServer({ data, trusted = true, automation = false, env = {}, settings = {}, port = 0 }) {
  const { node, folder } = ensureVscodeServer() ?? {};
  if (node === undefined) {
    throw new Error('There is no VS Code server to start.');
  }
  mkdirSync(join(data, 'user', 'User'), { recursive: true });
  writeFileSync(join(data, 'user', 'User', 'settings.json'), JSON.stringify({ ...calm, ...settings }));
  const child = spawn(
    node,
    [
      'out/server-main.js',
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
      ...folders(data),
      '--disable-telemetry',
      ...(trusted ? ['--disable-workspace-trust'] : []),
      ...(automation ? ['--enable-smoke-test-driver'] : []),
    ],
    // A group of its own, so that its extension host and file watcher end with it.
    { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  const endGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') {
        throw error;
      }
    }
  };
  const stopAtExit = () => endGroup('SIGKILL');
  process.once('exit', stopAtExit);
  const stop = async () => {
    process.off('exit', stopAtExit);
    endGroup('SIGTERM');
    const patience = setTimeout(() => endGroup('SIGKILL'), 5_000);
    await closed;
    clearTimeout(patience);
    endGroup('SIGKILL');
  };
  let said = '';
  try {
    const bound = await new Promise((resolve, reject) => {
      const listen = (chunk) => {
        said = (said + chunk).slice(-20_000);
        const [, found] = /agent listening on (\d+)/.exec(said) ?? [];
        if (found !== undefined) {
          resolve(Number(found));
        }
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', reject);
      closed.then((code) => reject(new Error(`The VS Code server ended with code ${code} before it listened:\n${said}`)));
    });
    return { address: `http://127.0.0.1:${bound}/`, authority: `127.0.0.1:${bound}`, stop, log: () => said };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The address of a window of a server that was started with `automation`. `extension`: the folder of an extension under
 * development; `folder`: what to open, null for an empty window; `tests`: a module to run in the extension host.
 */
export function workbenchAddress({ address, authority }, { extension, folder, tests = null }) {
  const remote = (path) => `vscode-remote://${authority}${path}`;
  const payload = [
    ...(extension === null ? [] : [['extensionDevelopmentPath', remote(extension)]]),
    ...(tests === null ? [] : [['extensionTestsPath', remote(tests)]]),
    ['skipWelcome', 'true'],
  ];
  const opened = folder === null ? { ew: 'true' } : folder.endsWith('.code-workspace') ? { workspace: folder } : { folder };
  return `${address}?${new URLSearchParams({ ...opened, payload: JSON.stringify(payload) })}`;
}
