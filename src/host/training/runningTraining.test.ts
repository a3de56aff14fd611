import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builtPreload, linkTfjs, project, removeProjects } from '../../../test/process/project.ts';
import { startTraining } from '../../launch/startTraining.ts';
import { Runs } from '../runs/runs.ts';
import { RunningTraining } from './runningTraining.ts';

const loop = `import * as tf from '@tensorflow/tfjs';
const w = tf.variable(tf.ones([2]));
const optimizer = tf.train.sgd(1e-3);
console.log('steps', process.env.STEPS);
for (let i = 0; i < Number(process.env.STEPS); i++) {
  optimizer.minimize(() => w.square().sum().add(w.abs().sum()));
  if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
console.log('done');
`;

let runs: Runs;
beforeEach(() => void (runs = new Runs([])));
afterEach(() => runs.dispose());
afterAll(removeProjects);

const silent = {
  output: () => undefined,
  notice: () => undefined,
  recording: () => undefined,
  inspector: () => undefined,
};

interface Started {
  readonly training: RunningTraining;
  readonly output: string[];
  readonly recording: Promise<string>;
}

function start(folder: string, steps: number, script = 'train.mjs'): Started {
  const output: string[] = [];
  let training: RunningTraining | null = null;
  const recording = new Promise<string>((resolve) => {
    const entry = path.join(folder, script);
    const started = startTraining({
      entry,
      args: [],
      every: 10,
      seed: 1,
      backend: 'cpu',
      stdio: 'file',
      preload: builtPreload,
      cwd: folder,
      env: { ...process.env, STEPS: String(steps) },
    });
    const events = { ...silent, output: (line: string) => output.push(line), recording: resolve };
    training = new RunningTraining(entry, started, runs, events);
  });
  return { training: training as unknown as RunningTraining, output, recording };
}

describe('a training of this host', () => {
  it('is followed to its end, with its steps and what it printed', async () => {
    const folder = project({ 'train.mjs': loop });
    linkTfjs(folder);
    const { training, output, recording } = start(folder, 100);
    expect(training.state).toBe('starting');
    const states = new Set<string>();
    training.changes.listen(({ state }) => states.add(state));
    expect(await training.outcome).toMatchObject({
      kind: 'recorded',
      state: 'finished',
      steps: 100,
      folder: await recording,
    });
    // tfjs greets first.
    expect(output.slice(-2)).toEqual(['steps 100', 'done']);
    expect([...states]).toEqual(['running', 'finished']);
    expect(training.progress.step).toBe(100);
    expect(runs.list.map(({ state }) => state)).toEqual(['finished']);
    training.dispose();
  });

  it('of two, one is stopped at its next step, and the other is not disturbed', async () => {
    const folder = project({ 'train.mjs': loop });
    linkTfjs(folder);
    const [long, short] = [start(folder, 1_000_000), start(folder, 300)];
    expect(await short.training.outcome).toMatchObject({ state: 'finished', steps: 300 });
    await long.recording;
    long.training.stop();
    expect(long.training.state).toBe('stopping');
    const outcome = await long.training.outcome;
    expect(outcome).toMatchObject({ kind: 'recorded', state: 'cancelled', stopping: true });
    expect(await short.recording).not.toBe(await long.recording);
    [long, short].forEach(({ training }) => training.dispose());
  });

  it('whose host goes away for good ends, and its record says so', async () => {
    const folder = project({ 'train.mjs': loop });
    linkTfjs(folder);
    const { training, recording } = start(folder, 1_000_000);
    const run = await recording;
    training.abandon();
    await training.outcome;
    expect(readFileSync(path.join(run, 'record.jsonl'), 'utf8')).toMatch(/"type":"end","state":"interrupted"/);
  });

  it('says why it did not start, or did not come to a record', async () => {
    const absent = project({ 'train.mjs': loop });
    const failing = start(absent, 1, 'missing.mjs');
    const outcome = await failing.training.outcome;
    expect(outcome.kind === 'recorded' ? outcome.state : outcome.kind).toBe('failed');
    const entry = path.join(absent, 'train.mjs');
    const started = startTraining({
      entry,
      args: [],
      every: 1,
      seed: 1,
      backend: 'cpu',
      stdio: 'file',
      preload: builtPreload,
      nodePath: path.join(absent, 'no-node'),
    });
    const training = new RunningTraining(entry, started, runs, silent);
    expect(await training.outcome).toMatchObject({
      kind: 'notStarted',
      reason: expect.stringContaining('ENOENT') as string,
    });
  });
});
