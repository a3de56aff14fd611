// Runs the integration tests in a real VS Code, all started by @vscode/test-electron: on the desktop where its download works,
// else browser-hosted, through our launcher. MTL_VSCODE=desktop or =browser forces one of them; MTL_VSCODE_EXTENSION is the
// folder of the extension, default: this repository.
// `--report=FILE` writes { passed, failed, skipped }; other arguments are parts of the names of the tests to run.
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBrowser } from '../../scripts/browser.mjs';
import { createVsix } from '../../scripts/package/createVsix.mjs';
import { root } from '../../scripts/setup.mjs';
import { ensureVscodeServer } from '../../scripts/vscodeServer.mjs';
import { makeEmptyWorkspace, makeWorkspace } from './workspace.mjs';

// Where the user has a native backend set up, `auto` would be another one.
process.env.MTL_DEBUGGER_NATIVE_CACHE = join(root, 'dist', 'no-native-backend');

const built = join(root, '.vscode-test', 'suite');
const launcher = join(root, 'test', 'vscode', 'launcher.mjs');
const filters = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const reportFile = process.argv.find((arg) => arg.startsWith('--report='))?.slice('--report='.length);
const total = { passed: 0, failed: 0, skipped: 0 };

/** Desktop VS Code's executable; null where it cannot be had, or has no screen to draw on. */
async function desktop() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return null;
  }
  try {
    return await downloadAndUnzipVSCode({ cachePath: join(root, '.vscode-test', 'desktop'), timeout: 5_000 });
  } catch (error) {
    console.log(`Desktop VS Code could not be downloaded (${error.message}).`);
    return null;
  }
}

/** The launcher, once everything that it needs is installed; null where that fails. */
async function browserHosted() {
  if ((await ensureBrowser()) === null) {
    console.log('No browser could be had: install Chrome or Chromium.');
    return null;
  }
  return ensureVscodeServer() === null ? null : launcher;
}

function buildSuites() {
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'playwright-core'],
    // Files of test/ that read a file beside them find it from the bundle too.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test', 'recordSchema.ts')).href) },
  };
  const at = (name) => join(root, 'test', 'vscode', name);
  return Promise.all([
    build({ ...common, format: 'cjs', entryPoints: { inside: at('suite/index.ts') }, outdir: built, outExtension: { '.js': '.cjs' } }),
    build({
      ...common,
      format: 'esm',
      entryPoints: {
        person: at('person/index.ts'),
        restricted: at('person/restricted.ts'),
        package: at('person/package.ts'),
        start: at('start/index.ts'),
      },
      outdir: built,
      outExtension: { '.js': '.mjs' },
      // Libraries of the old module format ask for `require`.
      banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
    }),
  ]);
}

/** One VS Code with one suite. */
async function runSuite({ title, executable, tests, launchArgs = [], workspace = makeWorkspace() }) {
  console.log(`\n${title}`);
  const folder = mkdtempSync(join(tmpdir(), 'mtl-vscode-report-'));
  const results = join(folder, 'results.jsonl');
  let error = null;
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: process.env.MTL_VSCODE_EXTENSION ?? root,
      extensionTestsPath: join(built, tests),
      launchArgs: [workspace.folder, ...launchArgs],
      extensionTestsEnv: { MTL_VSCODE_RESULTS: results, MTL_VSCODE_ONLY: JSON.stringify(filters), TF_CPP_MIN_LOG_LEVEL: '2' },
    });
  } catch (reason) {
    error = reason;
  }
  const lines = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n').filter(Boolean) : [];
  const outcomes = lines.map((line) => JSON.parse(line));
  for (const { name, state, fault, seconds } of outcomes) {
    total[state]++;
    console.log(`  ${{ passed: '✓', failed: '✗', skipped: '-' }[state]} ${name} (${seconds.toFixed(1)} s)`);
    if (fault) {
      console.log(fault.replace(/^/gm, '      '));
    }
  }
  if (outcomes.length === 0 && error === null && filters.length === 0) {
    error = new Error('no test was run');
  }
  // A VS Code that ended before its tests did has no failed test of its own.
  if (error !== null && !outcomes.some(({ state }) => state === 'failed')) {
    total.failed++;
    console.error(`  ✗ ${title}: ${error.message}`);
  }
  workspace.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** The packaged extension: the one that MTL_VSIX names, else one that is packed now. */
async function packagedExtension(folder) {
  if (process.env.MTL_VSIX) {
    return process.env.MTL_VSIX;
  }
  const file = join(folder, 'extension.vsix');
  await createVsix(file);
  return file;
}

const forced = process.env.MTL_VSCODE;
const desktopExecutable = forced === 'browser' ? null : await desktop();
const launch = forced === 'desktop' ? null : await browserHosted();
const host = desktopExecutable ?? launch;
if (host === null) {
  console.log('The tests in VS Code are skipped: neither desktop VS Code nor the browser-hosted one could be had (see above).');
  total.skipped++;
} else {
  console.log(`Running in ${host === launch ? 'the browser-hosted VS Code' : 'desktop VS Code'}.`);
  await buildSuites();
  await runSuite({ title: 'Inside the extension host', executable: host, tests: 'inside.cjs' });
  if (launch === null) {
    console.log('The tests that use VS Code as a person does are skipped: they need the browser-hosted one.');
    total.skipped++;
  } else {
    await runSuite({ title: 'As a person (browser-hosted)', executable: launch, tests: 'person.mjs', launchArgs: ['--from-outside'] });
    await runSuite({
      title: 'In restricted mode (browser-hosted)',
      executable: launch,
      tests: 'restricted.mjs',
      launchArgs: ['--from-outside', '--restricted'],
    });
    const folder = mkdtempSync(join(tmpdir(), 'mtl-vsix-'));
    await runSuite({
      title: 'The package, installed where nothing else is (browser-hosted)',
      executable: launch,
      tests: 'package.mjs',
      launchArgs: ['--from-outside', `--vsix=${await packagedExtension(folder)}`],
      workspace: makeEmptyWorkspace(),
    });
    rmSync(folder, { recursive: true });
    await runSuite({
      title: 'npm start',
      executable: launch,
      tests: 'start.mjs',
      launchArgs: ['--from-outside', '--browser-only'],
      workspace: makeEmptyWorkspace(),
    });
  }
}
console.log(`\nVS Code: ${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
if (reportFile !== undefined) {
  writeFileSync(reportFile, JSON.stringify(total));
}
process.exit(total.failed > 0 ? 1 : 0);
