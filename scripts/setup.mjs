// Sets up a fresh clone: installs what package-lock.json names, once, and builds dist/. Uses nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the repository; its output goes to the terminal. Returns its exit status. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) {
    console.error(`${command} could not be started: ${error.message}`);
  }
  return status ?? 1;
}

/** Runs Node on a file of the repository. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

function installed() {
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const stamp = join(root, 'node_modules', '.installed-for');
  return { wanted, stamp, upToDate: existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted };
}

/**
 * Installs dependencies where they are missing or out of date, and builds dist/. Ends the process where that fails.
 * `silent`: nothing is written to standard output, which belongs to the result.
 */
export function setUp({ silent = false } = {}) {
  const stdio = silent ? ['inherit', process.stderr, 'inherit'] : 'inherit';
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`MTL Debugger needs Node 20.19 or later; this is ${process.version}. Install a newer Node and try again.`);
    process.exit(1);
  }
  const { wanted, stamp, upToDate } = installed();
  if (!upToDate) {
    (silent ? console.error : console.log)('Installing dependencies (once) …');
    // npm passes the path of its own script; run that with this Node, which works on every system.
    const npm = process.env.npm_execpath;
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const status = npm ? runNode([npm, ...args], { stdio }) : run('npm', args, { stdio, shell: process.platform === 'win32' });
    if (status !== 0) {
      console.error('The dependencies could not be installed. npm says why above; once that is mended, run the command again.');
      process.exit(status);
    }
    writeFileSync(stamp, wanted);
  }
  if (runNode(['esbuild.mjs'], { stdio }) !== 0) {
    console.error('dist/ could not be built; the compiler says why above.');
    process.exit(1);
  }
}
