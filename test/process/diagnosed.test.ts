import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import { inEnglish } from '../../src/core/diagnosis/sentence.ts';
import type { RecordLine } from '../../src/core/run/record.ts';
import { Run } from '../../src/core/run/run.ts';
import { linkTfjs, project, removeProjects, repository } from './project.ts';
import { train } from './trainScript.ts';

afterEach(removeProjects);

function findingsIn(lines: readonly RecordLine[]): readonly Finding[] {
  const run = new Run();
  lines.forEach((line) => run.add(line));
  return diagnose(run).findings;
}

/** Options that are ignored, a head that is forgotten, a trunk that is frozen as it was drawn, each at a mark. */
const faulty = (imports: string, typed: string): string => `${imports}
const input = tf.input({ shape: [4] });
const trunk = tf.layers.dense({ units: 4, activation: 'relu', name: 'trunk' });
const drop = tf.layers./*@repeatedDropout*/dropout({ rate: 0.2, seed: 7 });
const h = drop.apply(trunk.apply(input))${typed};
const outputs = ['a', 'b'].map((name) => tf.layers.dense({ units: 1, name }).apply(h)${typed});
const model = tf.model({ inputs: input, outputs });
trunk.trainable /*@frozenGroup*/= false;
const optimizer = tf.train.momentum(0.01, 0.9);
model./*@ignoredLossWeights*/compile({ optimizer, loss: 'meanSquaredError', lossWeights: [1, 0.1] }${typed && ' as any'});
const x = tf.randomNormal([16, 4]);
const y = [tf.randomNormal([16, 1]), tf.randomNormal([16, 1])];
const spare = tf.variable(tf.ones([4, 1]));
(optimizer${typed && ' as any'}).learningRate /*@ignoredLearningRate*/= 0.001;
async function main() {
  await model.fit(x, y, { epochs: 12, batchSize: 16, verbose: 0${typed && ' as any'} });
  const w = tf.variable(tf.randomNormal([4, 1]));
  for (let step = 0; step < 12; step++) {
    tf.tidy(() => {
      tf.train.sgd(0.01).minimize(() => {
        x./*@unusedOutput*/matMul(spare);
        return x.matMul(w).square().mean()${typed && ' as tf.Scalar'};
      }, false, [w, spare]);
    });
  }
}
main();
`;

const marked = ['ignoredLossWeights', 'ignoredLearningRate', 'repeatedDropout', 'unusedOutput', 'frozenGroup'] as const;

describe('what a script does wrong', () => {
  it.each([
    ['train.mjs', "import * as tf from '@tensorflow/tfjs';", '', 'cpu'],
    ['train.cjs', "const tf = require('@tensorflow/tfjs');", '', 'asWritten'],
    ['train.ts', "import * as tf from '@tensorflow/tfjs';", ' as tf.SymbolicTensor', 'cpu'],
  ] as const)('is found at its line and column in %s', async (name, imports, typed, backend) => {
    const source = faulty(imports, typed);
    const folder = project({ [name]: source });
    linkTfjs(folder);
    const trained = await train(path.join(folder, name), { backend });
    expect(trained, trained.stderr).toMatchObject({ exitCode: 0 });
    const findings = findingsIn(trained.lines);
    const lines = source.split('\n');
    for (const rule of marked) {
      const mark = `/*@${rule}*/`;
      const line = lines.findIndex((text) => text.includes(mark));
      const column = (lines[line]?.indexOf(mark) ?? 0) + mark.length + 1;
      const found = findings.filter((finding) => finding.rule === rule);
      expect(
        found.map(({ position }) => position),
        rule,
      ).toEqual([{ file: name, line: line + 1, column }]);
      expect(found.map(({ severity }) => severity)).not.toContain('information');
    }
    // Fit keeps the figures of each epoch, here of each step, until it ends.
    expect(findings.filter(({ rule }) => rule === 'tensorLeak')).toEqual([]);
  });
});

describe('scripts that mean what they do', () => {
  it.each([
    ['gan/train.mjs', ['--steps', '40'], ['stopGradient']],
    ['experts/train.mjs', ['--epochs', '2'], []],
    ['feed/train.mjs', ['--epochs', '2', '--stop-gradient'], ['stopGradient']],
  ])('%s %s has nothing that is worse than information', async (script, args, calm) => {
    const { lines, exitCode, stderr } = await train(path.join(repository, 'examples', script), {
      args,
      cwd: repository,
      runsFolder: path.join(project({}), 'runs'),
    });
    expect(exitCode, stderr).toBe(0);
    const findings = findingsIn(lines);
    const loud = findings.filter(({ severity }) => severity !== 'information');
    expect(loud.map(({ id, message }) => `${id}: ${inEnglish(...message)}`)).toEqual([]);
    expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(calm));
  });
});
