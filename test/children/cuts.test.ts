import { afterEach, describe, expect, it } from 'vitest';
import { feedScript, guiltyLine, type FeedVariant, type Language } from './feedScripts.ts';
import { scriptFolder, trainInChild } from './trainInChild.ts';

let folder: ReturnType<typeof scriptFolder> | null = null;
afterEach(() => folder?.dispose());

async function train(language: Language, variant: FeedVariant) {
  const script = feedScript(language, variant);
  const name = `train.${language}`;
  folder = scriptFolder({ [name]: script });
  const run = await trainInChild(folder.path, name, ['--backend', 'cpu', '--every', '1']);
  const path = (task: string, group: string) =>
    run.report.paths.find((one) => one.task === task && one.group === group);
  return { ...run, name, line: guiltyLine(script), path };
}

/** The rows of E6 and of the table of cuts: what A's prediction goes through, and what must be said of it. */
const rows: Record<string, FeedVariant & { state: string; cut: Record<string, unknown> | null; declared?: boolean }> = {
  normal: { feature: 'prediction', state: 'flows', cut: null },
  'stop-gradient, declared': {
    feature: 'stopGradient(prediction) // @guilty',
    state: 'cut',
    declared: true,
    cut: { kind: 'stopGradient', declared: true },
  },
  'read with dataSync and built anew': {
    feature: 'tf.tensor(prediction.dataSync(), prediction.shape) // @guilty',
    state: 'cut',
    cut: { kind: 'detach', op: 'dataSync', declared: false },
  },
  'custom gradient of zeros': {
    feature: 'tf.customGrad((t) => ({ value: t.clone(), gradFunc: (dy) => dy.zerosLike() }))(prediction) // @guilty',
    state: 'zero',
    cut: { kind: 'customGradient' },
  },
  round: { feature: 'prediction.round() // @guilty', state: 'zero', cut: { kind: 'zeroGradient', op: 'Round' } },
  'dead ReLU': { feature: 'prediction.sub(1e4).relu() // @guilty', state: 'zero', cut: { kind: 'dead', op: 'Relu' } },
  'cast to int32': {
    feature: 'prediction.mul(10).toInt().toFloat() // @guilty',
    state: 'flows',
    cut: { kind: 'passThrough', op: 'Cast' },
  },
};

describe.each(['cjs', 'mjs', 'ts'] as const)('cuts in a real child, %s', (language) => {
  it.each(Object.keys(rows))('%s', async (row) => {
    const { state, cut, declared = false, ...variant } = rows[row]!;
    const { report, status, name, line, path } = await train(language, variant);
    expect(status).toBe(0);
    expect(report.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(report.groups.map(({ id }) => id)).toEqual(['shared(a+b)', 'tower(a)', 'tower(b)']);
    expect(path('b', 'tower(a)')).toMatchObject({ state, declared });
    if (cut === null) {
      expect(report.cuts).toEqual([]);
    } else {
      expect(report.cuts).toMatchObject([{ ...cut, position: { file: name, line } }]);
      expect(report.cuts[0]!.pairs).toContainEqual({ task: 'b', group: 'tower(a)', complete: state !== 'flows' });
    }
  });

  it('frozen: excluded from training', async () => {
    const { report, path } = await train(language, {
      feature: 'prediction',
      before: 'weights.trunk.trainable = false;',
    });
    expect(path('a', 'shared(a+b)')?.state).toBe('excluded');
    expect(report.groups[0]!.variables[0]!.status).toBe('frozen');
  });

  it('not in the list of variables: excluded from training', async () => {
    const list = '[weights.trunk, weights.a]';
    const { report, path } = await train(language, { feature: 'prediction', list });
    expect(path('b', 'tower(b)')?.state).toBe('excluded');
    expect(report.groups.find(({ id }) => id === 'tower(b)')!.variables[0]!.status).toBe('notListed');
  });

  it('TopK throws in tfjs, and is named with its line', async () => {
    const feature = 'tf.topk(prediction.reshape([12]), 12).values.reshape([12, 1]) // @guilty';
    const { report, status, name, line } = await train(language, { feature });
    expect(status).toBe(1);
    expect(report.state.state).toBe('failed');
    expect(report.state.error?.message).toContain('TopK');
    expect(report.cuts).toMatchObject([{ kind: 'noGradient', op: 'TopK', position: { file: name, line } }]);
  });
});
