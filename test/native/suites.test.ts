import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../process/project.ts';
import { ensureNative, nodesToTest } from './native.ts';

const native = ensureNative();

/** Suites of the observation, and how many tests each has at least: they run on the native backend as they do on cpu and wasm. */
const suites = {
  'gradients.test.ts': 200,
  'boundary.test.ts': 10,
  'halves.test.ts': 5,
  'unchanged.test.ts': 5,
  'nonFinite.test.ts': 5,
  'nonFiniteFit.test.ts': 1,
  'budget.test.ts': 4,
} as const;

/** What is run on the other Node of a suite that takes minutes, with as many tests at least: loops, the library and two objectives. */
const partOnOther: Readonly<Record<string, string>> = {
  'unchanged.test.ts': 'a loop|missing labels|a GAN',
};

const HOUR = 3_600_000;

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly failureMessages?: readonly string[] }[];
  }[];
}

describe.skipIf(native === null).each(nodesToTest())('on the native backend and Node $version', ({ path: node }) => {
  it.each(Object.entries(suites))(
    'test/observe/%s holds',
    (name, least) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'mtl-native-suite-'));
      const part = node === process.execPath ? undefined : partOnOther[name];
      try {
        const report = path.join(folder, 'report.json');
        const args = [
          `test/observe/${name}`,
          '--reporter=json',
          `--outputFile.json=${report}`,
          '--testTimeout=1800000',
          ...(part === undefined ? [] : [`--testNamePattern=${part}`]),
        ];
        const { stdout, stderr } = spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', ...args], {
          cwd: repository,
          encoding: 'utf8',
          env: {
            ...native?.env,
            MTL_DIST_IS_BUILT: '1',
            MTL_TEST_BACKENDS: 'node',
            MTL_TEST_NATIVE_PACKAGE: native?.packageFolder,
          },
        });
        const spreads = new Set(stdout.match(/unobserved runs on the native backend differ by \S+/g) ?? []);
        spreads.forEach((line) => console.log(line));
        const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
        const failures = testResults.flatMap(({ message, assertionResults }) => [
          ...(message === '' ? [] : [message]),
          ...assertionResults.flatMap(({ fullName, failureMessages = [] }) =>
            failureMessages.map((each) => `${fullName}: ${each}`),
          ),
        ]);
        expect(failures, stderr).toEqual([]);
        expect(numFailedTests).toBe(0);
        expect(numPassedTests).toBeGreaterThanOrEqual(least);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    HOUR,
  );
});
