import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { Expression } from '../diagnosis/finding.ts';
import { parseSource } from './parseSource.ts';
import { rangeOfFinding } from './rangeOfFinding.ts';

/** The text that is meant by an expression at the `@` of the code, which is taken out first. */
function meant(code: string, expression: Expression | null, file = 'train.mjs'): string | null {
  const before = code.slice(0, code.indexOf('@')).split('\n');
  const source = parseSource(ts, file, code.replace('@', ''));
  const place = { line: before.length, column: before.at(-1)!.length + 1 };
  return rangeOfFinding(source, place, expression, ['click', 'dwell'])?.text ?? null;
}

const property = (name: string): Expression => ({ of: 'property', name });

describe('the part of the source that a finding means', () => {
  it.each([
    ['model.@compile({ optimizer, loss: "mse", lossWeights: [1, 0.1] });', 'lossWeights', 'lossWeights: [1, 0.1]'],
    ['model.@compile({ optimizer, lossWeights });', 'lossWeights', 'lossWeights'],
    ["model.@compile({ 'lossWeights': { a: 1 } });", 'lossWeights', "'lossWeights': { a: 1 }"],
    ['const options = { lossWeights: [1] };\nmodel.@compile(options);', 'lossWeights', 'lossWeights: [1]'],
    ['const own = { lossWeights: [1] };\nmodel.@compile({ loss, ...own });', 'lossWeights', 'lossWeights: [1]'],
    ['tf.layers.@dropout({ rate: 0.2, seed: 7 })', 'seed', 'seed: 7'],
    ['model.@fit(x, y, { callbacks: [stop({ monitor: "val_loss" })] })', 'monitor', 'monitor: "val_loss"'],
    ['new @Stop({ monitor: "a" })', 'monitor', 'monitor: "a"'],
    // Nothing of that name can be seen there: the whole call.
    ['model.@compile(makeOptions())', 'lossWeights', 'model.compile(makeOptions())'],
    ['let o = {};\nfor (const o of all) model.@compile(o);', 'lossWeights', 'model.compile(o)'],
  ])('a property of an option object: %s', (code, name, text) => {
    expect(meant(code, property(name))).toBe(text);
  });

  it('is the first of several properties that is written there', () => {
    const first: Expression = { of: 'firstProperty', names: ['biasInitializer', 'kernelInitializer'] };
    expect(meant("tf.layers.@dense({ kernelInitializer: 'zeros', biasInitializer: 'ones' })", first)).toBe(
      "biasInitializer: 'ones'",
    );
    expect(meant("tf.layers.@dense({ units: 1, kernelInitializer: 'zeros' })", first)).toBe(
      "kernelInitializer: 'zeros'",
    );
    expect(meant('tf.layers.@dense({ units: 1 })', first)).toBe('tf.layers.dense({ units: 1 })');
  });

  it.each([
    ['optimizer.learningRate @= 0.001;', 'optimizer.learningRate = 0.001'],
    ['optimizer.@learningRate *= 0.5;', 'optimizer.learningRate *= 0.5'],
    ['@optimizer.learningRate = rate(step);', 'optimizer.learningRate = rate(step)'],
    ['optimizer["learningRate"] @= 0.001;', 'optimizer["learningRate"] = 0.001'],
    ['const rate = (optimizer.learningRate @= 1e-3);', 'optimizer.learningRate = 1e-3'],
    ['const f = () => { optimizer.learningRate @= 1; };', 'optimizer.learningRate = 1'],
  ])('a property that is assigned: %s', (code, text) => {
    expect(meant(code, property('learningRate'))).toBe(text);
    expect(meant(code.replace('optimizer', '(optimizer as any)'), property('learningRate'), 'a.ts')).toBe(
      text.replace('optimizer', '(optimizer as any)'),
    );
  });

  it('is not the assignment that only keeps the value of the place', () => {
    expect(meant('model = tf.layers.@dense({ trainable: false });', property('trainable'))).toBe('trainable: false');
    expect(meant('total.loss = tf.@mean(x);', null)).toBe('tf.mean(x)');
    expect(meant('trunk.trainable @= false;', null)).toBe('trunk.trainable = false');
  });

  it('is an argument, unless a list is spread before it', () => {
    const argument: Expression = { of: 'argument', index: 2 };
    expect(meant('sgd.@minimize(() => loss(), false, [w, v])', argument)).toBe('[w, v]');
    expect(meant('sgd.@minimize(() => loss())', argument)).toBe('sgd.minimize(() => loss())');
    expect(meant('sgd.@minimize(...all, [w])', { of: 'argument', index: 1 })).toBe('sgd.minimize(...all, [w])');
  });

  it.each([
    ['model.@fit(x, [a, b], { epochs: 2 })', 'b'],
    ['model.@fit(x, { click: a, dwell: b })', 'dwell: b'],
    ['const y = { click, dwell };\nawait model.@trainOnBatch(x, y)', 'dwell'],
    ['model.@fit(x, targets)', 'targets'],
    ['model.@fit(x, [a, b, c])', '[a, b, c]'],
    ['model.@fitDataset(data)', 'model.fitDataset(data)'],
  ])('a target of a task: %s', (code, text) => {
    expect(meant(code, { of: 'target', task: 'dwell' })).toBe(text);
  });

  it.each([
    ['model.@compile({ loss: [a, b] })', 'b'],
    ['model.@compile({ loss: { click: a, dwell: b } })', 'dwell: b'],
    ["model.@compile({ loss: 'mse' })", "loss: 'mse'"],
    ['model.compile({ loss: [a, b] });\nother.compile({ loss: [c, d] });\nmodel.@fit(x, y)', 'b'],
    ['const mtl = compileMultiTask(model, { tasks: { dwell: { loss: f, weight: 1 } } });\nmtl.@fit(x, y)', 'loss: f'],
    ['tf.losses.@softmaxCrossEntropy(a, b)', 'tf.losses.softmaxCrossEntropy(a, b)'],
  ])('a loss of a task: %s', (code, text) => {
    expect(meant(code, { of: 'loss', task: 'dwell' })).toBe(text);
  });

  it.each([
    ['@compileMultiTask(model, { tasks: { dwell: { loss: f, weight: 1 } } })', 'weight: 1'],
    [
      '@compileMultiTask(model, { tasks: { click: { loss: f, weight: 1 }, dwell: { loss: g } } })',
      'dwell: { loss: g }',
    ],
    ['const tasks = { dwell: { loss: f, weight: 1 } };\n@multiTaskOptimizer({ tasks })', 'weight: 1'],
    ['model.@compile({ loss: "mse", lossWeights: { click: 1, dwell: 2 } })', 'dwell: 2'],
  ])('a loss weight of a task: %s', (code, text) => {
    expect(meant(code, { of: 'lossWeight', task: 'dwell' })).toBe(text);
  });

  it('is nothing where there is no expression, and never throws', () => {
    const code = 'const a = tf.f(x`${y}`).g?.(1)[2](...z) \n\tclass { #p = (q) => {';
    const all: (Expression | null)[] = [
      null,
      property('p'),
      { of: 'argument', index: 0 },
      { of: 'target', task: 'a' },
      { of: 'loss', task: 'a' },
      { of: 'lossWeight', task: 'a' },
      { of: 'firstProperty', names: ['p'] },
      { of: 'input' },
      { of: 'logits' },
    ];
    const source = parseSource(ts, 'train.mjs', code);
    for (const expression of all) {
      for (let column = -1; column < 60; column++) {
        rangeOfFinding(source, { line: 1, column }, expression);
        rangeOfFinding(source, { line: 2, column }, expression);
      }
      expect(rangeOfFinding(source, { line: 9, column: 1 }, expression)).toBeNull();
    }
  });
});
