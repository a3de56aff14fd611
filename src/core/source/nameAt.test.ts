import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { nameAt } from './nameAt.ts';
import { parseSource } from './parseSource.ts';

/** The name at the `here` that the code calls: `here(...)`, `x.here(...)`. */
function nameHere(code: string, file = 'train.mjs'): string | null {
  const before = code.slice(0, code.indexOf('here')).split('\n');
  return nameAt(parseSource(ts, file, code), before.length, before.at(-1)!.length + 1);
}

describe('the name under which a value is kept', () => {
  it.each([
    ['const clickLoss = here(x);', 'clickLoss'],
    ['let a = 1, b = tf.here(x);', 'b'],
    ['let clickLoss; clickLoss = tf.here(x);', 'clickLoss'],
    ['losses.click = tf.here(x);', 'click'],
    ['this.#click = tf.here(x);', 'click'],
    ['losses["click"] = tf.here(x);', 'click'],
    ['losses.set("click", tf.here(x));', 'click'],
    ['cache ??= here(x);', 'cache'],
    ['const losses = { click: here(x), dwell: y };', 'click'],
    ['const losses = { "click-rate": here(x) };', 'click-rate'],
    ['const losses = { ["click"]: here(x) };', 'click'],
    ['train({ loss: { click: (y, p) => tf.here(y, p) } });', 'click'],
    ['class Net { click = here(x); }', 'click'],
    ['function f(click = here(x)) {}', 'click'],
    ['const { click = here(x) } = losses;', 'click'],
    ['const loss = ready ? here(x) : other;', 'loss'],
    ['const loss = given ?? here(x);', 'loss'],
    ['const loss = (0, tf.here)(x);', 'loss'],
    ['const loss = await here(x);', 'loss'],
    ['const loss = here(x)[0];', 'loss'],
    ['const loss = make(here)(x);', 'loss'],
  ])('assigned or declared: %s', (code, name) => {
    expect(nameHere(code)).toBe(name);
  });

  it.each([
    ['function clickLoss(y) { return tf.here(y); }', 'clickLoss'],
    ['function clickLoss(y) { if (y) { return tf.here(y); } }', 'clickLoss'],
    ['const clickLoss = (y) => tf.here(y);', 'clickLoss'],
    ['const clickLoss = async (y) => { const p = f(y); return tf.here(p); };', 'clickLoss'],
    ['const clickLoss = function () { return here(); };', 'clickLoss'],
    ['const losses = { click(y) { return here(y); } };', 'click'],
    ['const losses = { click: function () { return here(); } };', 'click'],
    ['class Net { clickLoss(y) { return here(y); } }', 'clickLoss'],
    ['class Net { get clickLoss() { return here(); } }', 'clickLoss'],
    ['optimizer.minimize(function total() { return here(); });', 'total'],
  ])('returned by a function that has a name: %s', (code, name) => {
    expect(nameHere(code)).toBe(name);
  });

  it.each([
    ['const loss = tf.tidy(() => here(x));', 'loss'],
    ['const loss = tf.tidy(() => { const p = f(x); return here(p); });', 'loss'],
    ['const loss = tf.tidy("loss", () => tf.mean(tf.here(x)));', 'loss'],
    ['const loss = tf.keep(tf.tidy((() => here(x))));', 'loss'],
    ['const loss = (() => here(x))();', 'loss'],
    ['const loss = x.here(y).mul(2).mean();', 'loss'],
    ['const loss = other.mul(tf.here(x));', 'loss'],
    ['const loss = x\n  .here(y)\n  .mul(2);', 'loss'],
    ['const loss = tf.here(x).add(1);', 'loss'],
    ['const loss = tf.add(tf.here(x), tf.scalar(-1));', 'loss'],
    ['const loss = tf.here(x).add(-1e-6).log();', 'loss'],
    ['const loss = new Wrapped(here(x));', 'loss'],
    ['function loss() { return tf.tidy(() => here(x).mean()); }', 'loss'],
    ['const cost = optimizer.minimize(() => here(x), true);', 'cost'],
  ])('wrapped: %s', (code, name) => {
    expect(nameHere(code)).toBe(name);
  });

  it.each([
    ['const [click, dwell] = [f(x), here(x)];', 'dwell'],
    ['const [click, [dwell, sale]] = [f(x), [g(x), here(x)]];', 'sale'],
    ['[click, losses.dwell] = [f(x), here(x)];', 'dwell'],
    ['const [click, dwell] = tf.tidy(() => [f(x), tf.here(x).mean()]);', 'dwell'],
    ['const [click, dwell] = tf.tidy(() => { return [here(x), g(x)]; });', 'click'],
    ['const [click, dwell] = await Promise.all([f(x), here(x)]);', 'dwell'],
    ['const [only] = here(x);', 'only'],
  ])('taken apart: %s', (code, name) => {
    expect(nameHere(code)).toBe(name);
  });

  it.each([
    'here(x);',
    'losses.push(here(x));',
    'const total = here(x).add(dwellLoss);',
    'const total = f(x).add(here(x));',
    'const total = tf.add(here(x), dwellLoss);',
    'total = total.add(here(x));',
    'total += here(x);',
    'const total = tf.addN([here(x), g(x)]);',
    'const both = [here(x), g(x)];',
    'const [a, b] = here(x);',
    'const [a, b] = reverse([here(x), g(x)]);',
    'const [a, ...rest] = [f(x), here(x)];',
    'const { value, grads } = tf.variableGrads(() => here(x));',
    'const g = tf.valueAndGrads(() => here(x))(y);',
    'const all = tasks.map((task) => here(task));',
    'const timer = setTimeout(() => here(x), 10);',
    'const p = new Promise(() => here(x));',
    'for (const x of here(y)) {}',
    'if (here(x)) {}',
    'const loss = here(x) ? a : b;',
    'losses[key] = here(x);',
    'const losses = { ...here(x) };',
    'optimizer.minimize(() => here(x));',
    'export default () => here(x);',
    'class Net { constructor() { return here(); } }',
    'function* losses() { yield here(x); }',
  ])('no name: %s', (code) => {
    expect(nameHere(code)).toBeNull();
  });

  it.each(['train.ts', 'train.mts', 'train.cts', '/home/a b/train.ts?v=2'])('reads TypeScript in %s', (file) => {
    expect(nameHere('const loss: Scalar = (tf.here<Scalar>(x) as unknown)! satisfies object;', file)).toBe('loss');
    expect(nameHere('abstract class A { protected clickLoss = (y: Tensor): Scalar => here(y); }', file)).toBe(
      'clickLoss',
    );
    expect(nameHere('const loss = <Scalar>here(x);', file)).toBe('loss');
  });

  it.each([
    'const clickLoss = here(x',
    'const clickLoss = tf.tidy(() => { return here(x)',
    'const clickLoss = here(x).;\nconst b = 1;',
    'import { from "x";\nconst clickLoss = here(x);',
    'if (a) {\n  const clickLoss = here(x);\n\nfunction f( {',
  ])('recovers from half-typed code: %s', (code) => {
    expect(nameHere(code)).toBe('clickLoss');
  });

  it('answers null, and never throws, wherever the position points', () => {
    const code =
      '#!/usr/bin/env node\n// ä \u{1F600}\nconst a = tf.f(x`${y}`).g?.(1)[2](...z);\n\tclass { #p = (q) => {';
    const source = parseSource(ts, 'train.mjs', code);
    for (let line = -1; line < 7; line++) {
      for (let column = -1; column < 60; column++) {
        expect([null, 'a', 'p']).toContain(nameAt(source, line, column));
      }
    }
    expect(nameAt(parseSource(ts, 'empty.mjs', ''), 1, 1)).toBeNull();
    expect(nameAt(source, 3.5, Number.NaN)).toBeNull();
  });
});
