import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosisDocument } from '../../src/core/diagnosis/document.ts';
import { end, graph, header, healthy, plan, recordText, step, stop } from '../sampleRecord.ts';
import { runCommand, temporaryFolders } from './command.ts';

const freshFolder = temporaryFolders();
let folder = '';

/** Two heads whose loss weights tfjs ignores; `before` stands in the line before `compile`. */
const script = (before = '', first = ''): string => `${first}import * as tf from '@tensorflow/tfjs';
const input = tf.input({ shape: [4] });
const h = tf.layers.dense({ units: 4, activation: 'relu' }).apply(input);
const outputs = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(h));
const model = tf.model({ inputs: input, outputs });
${before}
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', lossWeights: [1, 0.1] });
const y = [tf.randomNormal([16, 1]), tf.randomNormal([16, 1])];
await model.fit(tf.randomNormal([16, 4]), y, { epochs: 12, batchSize: 16, verbose: 0 });
console.log('the script is done', process.argv.slice(2).join(' '));
`;

async function addRun(name: string, text: string): Promise<void> {
  await mkdir(join(folder, '.mtl', 'runs', name), { recursive: true });
  await writeFile(join(folder, '.mtl', 'runs', name, 'record.jsonl'), text);
}

const diagnose = (...args: readonly string[]) => runCommand(['diagnose', ...args], folder);

beforeAll(async () => {
  folder = await freshFolder();
  await writeFile(join(folder, 'package.json'), '{"type": "module"}');
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  await writeFile(join(folder, 'train.mjs'), script());
  await writeFile(join(folder, 'meant.mjs'), script('// mtl-debugger-ignore ignoredLossWeights'));
  await writeFile(join(folder, 'broken.mjs'), "throw new Error('no data');\n");
  await addRun('2020-declared', recordText([header, plan, { ...graph, cuts: [stop] }, step(1), end]));
  await addRun('2020-none', recordText([header, { ...end, steps: 0, observed: 0 }]));
});

describe('mtl-debugger diagnose', () => {
  it('trains a FILE, then says what is wrong at its exact place, and ends by the worst', async () => {
    const { status, stdout, stderr } = await diagnose('--json', '--backend', 'cpu', 'train.mjs', '--json', 'x');
    expect(stderr).toContain('the script is done --json x\n');
    const { findings, title, steps } = JSON.parse(stdout) as DiagnosisDocument;
    expect([title, steps]).toEqual(['train.mjs --json x', 12]);
    expect(findings[0]).toMatchObject({
      id: expect.stringMatching(/^ignoredLossWeights:/) as string,
      severity: 'error',
      root: null,
      tasks: ['b'],
      file: 'train.mjs',
      line: 7,
      column: 61,
      endLine: 7,
      endColumn: 82,
      ignored: false,
    });
    expect(status).toBe(12);

    const later = await diagnose('latest');
    expect(later.status).toBe(12);
    expect(later.stdout).toMatch(/^train.mjs --json x, 12 training steps: 1 error/);
    expect(later.stdout).toMatch(/\n✗ error: compile ignores lossWeights[^]*\n {4}train.mjs:7:61, since step 1\n/);
    expect(later.stdout).toContain('docs/findings/ignoredLossWeights.md');
    expect(later.stdout).not.toContain('Why not?');
    expect((await diagnose('--json', 'latest')).stdout).toBe(stdout);

    const report = await runCommand(['report', 'latest'], folder);
    expect(report.status).toBe(0);
    expect(report.stdout).toMatch(/\nFindings: 1 error[^]*\n {2}✗ error: compile ignores lossWeights/);
  });

  it('marks what a comment ignores, and does not let it count', async () => {
    const { status, stdout } = await diagnose('--json', '--backend', 'cpu', '--seed', '1', 'meant.mjs');
    const { ignored, findings } = JSON.parse(stdout) as DiagnosisDocument;
    expect(findings.filter((each) => each.ignored).map(({ rule }) => rule)).toEqual(['ignoredLossWeights']);
    // What is worth knowing may be told of it all the same: 10 at most.
    expect(ignored).toBe(1);
    expect([0, 10]).toContain(status);
    expect((await diagnose('latest')).stdout).toMatch(/1 ignored by comments in the source: ignoredLossWeights at/);
  });

  it('ends by severity, from the one that is asked for on', async () => {
    const all = await diagnose('2020-declared');
    expect(all.stdout).toMatch(/: 1 information\.\n\ni information: /);
    expect(all.status).toBe(10);
    expect((await diagnose('--fail-on', 'warning', '2020-declared')).status).toBe(0);
    expect((await diagnose('2020-none')).status).toBe(4);
    await writeFile(join(folder, 'other.jsonl'), '{}\n');
    expect((await diagnose('other.jsonl')).status).toBe(5);
    expect((await diagnose('broken.mjs')).status).toBe(1);
  });

  it('answers why not', async () => {
    const all = await diagnose('--why-not', '2020-declared');
    expect(all.stdout).toMatch(/\nWhy not\?\n[^]* {2}symmetry: No layer started/);
    const one = await diagnose('--why-not', 'symmetry', '2020-declared');
    expect(one.stdout.split('Why not?\n')[1]).toMatch(/^ {2}symmetry: [^:]*\n$/);
  });

  it.each<[string, RegExp]>([
    ['', /RUN or FILE is missing/],
    ['latest more', /takes one RUN, and more is a second/],
    ['--every 3 latest', /--every is for a FILE/],
    ['--why-not=symetry latest', /no rule symetry.*Did you mean symmetry\?/],
    ['--fail-on fatal latest', /--fail-on takes error, warning, information, and got fatal/],
    ['tarin.mjs', /no file tarin.mjs. Did you mean train.mjs\?/],
  ])('is told what is wrong with: %s', async (line, message) => {
    const { status, stderr, stdout } = await diagnose(...line.split(' ').filter((word) => word !== ''));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

it('a healthy record has no findings section in its report, nor a worse status', async () => {
  await addRun('2020-healthy', recordText(healthy));
  const { status } = await diagnose('--fail-on', 'error', '2020-healthy');
  expect(status).toBe(0);
});
