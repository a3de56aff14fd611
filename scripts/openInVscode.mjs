// Shows a run in VS Code, with this extension as it is built here and the examples as the workspace.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './setup.mjs';
import { ensureVscodeServer, startVscodeServer, workbenchAddress } from './vscodeServer.mjs';

const examples = join(root, 'examples');

/**
 * Opens the run in desktop VS Code where `code` is on the PATH and `desktop` allows it, else in the browser-hosted one, which
 * runs until this process is ended. Resolves with false where there is neither.
 */
export async function openInVscode(run, { desktop }) {
  const env = { MTL_DEBUGGER_SHOW_RUN: run };
  return (desktop && openOnDesktop(env)) || openInBrowser(env);
}

function openOnDesktop(env) {
  // In the terminal of a remote window, `code` is another program, which knows no extension under development.
  const code = process.env.VSCODE_IPC_HOOK_CLI ? null : findOnPath(process.platform === 'win32' ? 'code.cmd' : 'code');
  if (code === null) {
    return false;
  }
  console.log('\nOpening the examples in VS Code. No window? npm start -- --browser');
  const shell = process.platform === 'win32';
  const [command, ...args] = [code, `--extensionDevelopmentPath=${root}`, examples].map((each) => (shell ? `"${each}"` : each));
  const { status, error } = spawnSync(command, args, { env: { ...process.env, ...env }, stdio: 'inherit', shell });
  if (status !== 0) {
    console.log(`VS Code on the desktop could not be opened (${error?.message ?? `status ${status}`}).`);
  }
  return status === 0;
}

function findOnPath(name) {
  const files = (process.env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, name));
  return files.find(isExecutable) ?? null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function openInBrowser(env) {
  console.log('\nShowing the run in a VS Code that runs in your browser …');
  if (ensureVscodeServer() === null) {
    return false;
  }
  const data = mkdtempSync(join(tmpdir(), 'mtl-start-'));
  const server = await startVscodeServer({ data, automation: true, env });
  const end = async () => {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
    process.exit(0);
  };
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.once(signal, () => void end()));
  console.log(`\n  ${workbenchAddress(server, { extension: root, folder: examples })}\n`);
  console.log('Open this address in a browser. It is answered until you press Ctrl+C here.');
  return true;
}
