import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { RecordLine, WindowLine } from '../../src/core/run/record.ts';
import { runNode, trainInChild } from '../children/trainInChild.ts';
import { releaseWith } from './otherInternals.ts';
import { Projects } from './projects.ts';
import { otherReleases } from './releases.ts';

const projects = new Projects();
const made: ReturnType<typeof releaseWith>[] = [];
beforeAll(() => projects.install(otherReleases), 900_000);
afterAll(() => {
  projects.dispose();
  made.forEach((release) => release.dispose());
});

function imagined(version: string, renamed: Readonly<Record<string, string>>): string {
  const release = releaseWith(version, renamed);
  made.push(release);
  return projects.around(release.path);
}

const tape = { activeTape: 'currentTape' };
const nodes = { addTapeNode: 'recordOp' };
const gradients = {
  'ENGINE.gradients(': 'ENGINE.differentiate(',
  'Engine.prototype.gradients': 'Engine.prototype.differentiate',
};

interface Row {
  readonly project: (context: TestContext) => string;
  /** What the person is told, who may never have heard of internals. */
  readonly told: string;
}

const rows: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    otherReleases.map((release): [string, Row] => [
      `tfjs ${release}`,
      { project: (context) => projects.with(release, context), told: `This script trains with tfjs ${release}.` },
    ]),
  ),
  'a tfjs 5 with another tape': {
    project: () => imagined('5.0.0', { ...tape, ...nodes }),
    told: 'This script trains with tfjs 5.0.0.',
  },
  'a tfjs 4.23 with another tape and no engine().gradients': {
    project: () => imagined('4.23.0', { ...nodes, ...gradients }),
    told: 'This script trains with tfjs 4.23.0.',
  },
  'a tfjs 4.22 that was changed': {
    project: () => imagined('4.22.0', nodes),
    told: "This script's tfjs calls itself 4.22.0, but it has no engine().addTapeNode(),",
  },
  'a tfjs 4.22 that keeps its tape elsewhere': {
    project: () => imagined('4.22.0', tape),
    told: 'but it has no engine().state.activeTape,',
  },
};

/** A line of the script's own output. */
const said = (output: string, word: string): string => new RegExp(`^${word} .*`, 'm').exec(output)?.[0] ?? '';

const windowsIn = (record: string): WindowLine[] =>
  readFileSync(record, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordLine)
    .filter((line) => line.type === 'window');

describe.each(Object.keys(rows))('%s', (name) => {
  const { project, told } = rows[name]!;

  it.for([
    { script: 'fit', via: 'fit', steps: 8, tasks: ['click', 'dwell'] },
    { script: 'loop', via: 'minimize', steps: 6, tasks: ['total loss'] },
  ] as const)(
    '$script: says that only losses are recorded, records each, and leaves the training as it is',
    async ({ script, via, steps, tasks }, context) => {
      const folder = project(context);
      const file = `${script}.mjs`;
      const [plain, watched] = await Promise.all([
        runNode([file], folder),
        trainInChild(folder, file, ['--backend', 'asWritten', '--every', '1']),
      ]);
      const { report, stderr, status } = watched;
      expect(status, stderr).toBe(0);
      expect(report.events).toMatchObject([
        { kind: 'notice', step: 0, message: expect.stringContaining(told) as string },
      ]);
      expect(stderr).toContain(told);

      expect(said(stderr, 'trained')).toMatch(/^trained cpu tensors \d+ weights [0-9a-f]{64}$/);
      expect(said(stderr, 'trained')).toBe(said(plain.stdout, 'trained'));

      expect(report.run).toMatchObject({ steps, observed: 0 });
      expect(report.groups).toEqual([]);
      expect(report.objectives).toMatchObject([{ via, terms: tasks, position: { file } }]);
      const windows = windowsIn(report.run.record);
      const losses = JSON.parse(said(stderr, 'losses').slice('losses '.length)) as number[][];
      expect(windows.map(({ from, step }) => [from, step])).toEqual(losses.map((_, i) => [i + 1, i + 1]));
      for (const [i, [total, ...each]] of losses.entries()) {
        const { total: recorded, loss } = windows[i]!;
        const raws = loss.map(({ raw }) => Number(raw));
        [Number(recorded), ...raws].forEach((value, at) => {
          const expected = [total!, ...(each.length > 0 ? each : [total!])][at]!;
          expect(Math.abs(value - expected), `step ${i + 1}`).toBeLessThanOrEqual(1e-6 * expected);
        });
      }
    },
  );
});

it('auto leaves the kernels of another major version alone', async () => {
  const folder = imagined('5.0.0', tape);
  const { report, stderr, status } = await trainInChild(folder, 'loop.mjs', []);
  expect(status, stderr).toBe(0);
  expect(report.run.backend.reason).toMatch(/the kernels .* are for tfjs 4, and the script's is 5\.0\.0/);
  expect(said(stderr, 'trained')).not.toContain('wasm');
});
