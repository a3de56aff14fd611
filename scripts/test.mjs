// `npm test`: sets everything up, checks types and lint rules, runs all tests; the last line counts them.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { runNode, setUp } from './setup.mjs';
import { ensureVscodeServer } from './vscodeServer.mjs';

setUp();
const browser = await ensureBrowser();
if (browser === null) {
  console.log('No browser could be had: the browser tests will be skipped. Install Chrome or Chromium to run them.');
}

const filters = process.argv.slice(2);
if (filters.length === 0) {
  // Its Node is a second one to test the native backend on.
  ensureVscodeServer();
}
let passed = 0;
let failed = 0;
let skipped = 0;
const check = (name, args) => {
  console.log(`\n${name}`);
  if (runNode(args) === 0) {
    passed++;
  } else {
    failed++;
  }
};
if (filters.length === 0) {
  check('Types', ['node_modules/typescript/bin/tsc', '--noEmit']);
  check('Types of the panel', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'webview']);
  check('Lint', ['node_modules/eslint/bin/eslint.js', '.']);
}

const folder = mkdtempSync(join(tmpdir(), 'mtl-test-'));
const vsix = join(folder, 'extension.vsix');
if (filters.length === 0) {
  // Packed once, for the tests in Node and in VS Code.
  check('Package', ['scripts/package.mjs', `--out=${vsix}`]);
}
const packed = existsSync(vsix) ? { MTL_VSIX: vsix } : {};
const report = join(folder, 'report.json');
const status = runNode(
  ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
  { env: { ...process.env, MTL_BROWSER: browser ?? '', MTL_DIST_IS_BUILT: '1', ...packed, TF_CPP_MIN_LOG_LEVEL: '2' } },
);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  passed += numPassedTests;
  skipped += numPendingTests + numTodoTests;
  // A file that cannot even be loaded has no failed test of its own.
  failed += numFailedTests > 0 || status === 0 ? numFailedTests : Math.max(1, numFailedTestSuites);
} catch {
  console.error('The test runner ended without a report.');
  failed++;
}

if (filters.length === 0) {
  console.log('\nVS Code');
  const vscodeReport = join(folder, 'vscode.json');
  const vscodeStatus = runNode(['test/vscode/run.mjs', `--report=${vscodeReport}`], { env: { ...process.env, ...packed } });
  try {
    const counts = JSON.parse(readFileSync(vscodeReport, 'utf8'));
    passed += counts.passed;
    failed += counts.failed;
    skipped += counts.skipped;
  } catch {
    console.error(`The tests in VS Code ended with status ${vscodeStatus} and without a report.`);
    failed++;
  }
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || status !== 0 ? 1 : 0);
