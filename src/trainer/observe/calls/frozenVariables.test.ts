import * as tf from '@tensorflow/tfjs';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { engineInternals } from '../tape/engineInternals.ts';
import { watchFrozenVariables, type FrozenVariables } from './frozenVariables.ts';

let watched: FrozenVariables | null = null;

function watch(): FrozenVariables {
  watched = watchFrozenVariables(tf, engineInternals(tf));
  return watched;
}

afterEach(() => {
  watched?.uninstall();
  watched = null;
  tf.disposeVariables();
});

it('knows where a variable was frozen, and nothing of one that was made so', () => {
  const frozen = watch();
  const [later, never, made] = [tf.scalar(1).variable(), tf.scalar(1).variable(), tf.scalar(1).variable(false)];
  later.trainable = false;
  expect(later.trainable).toBe(false);
  expect(frozen.frozenAt(later)?.stack).toContain('frozenVariables.test.ts');
  expect([never.trainable, frozen.frozenAt(never)]).toEqual([true, null]);
  expect([made.trainable, frozen.frozenAt(made)]).toEqual([false, null]);
});

it('leaves variables as they were when it goes', () => {
  const before = tf.scalar(1).variable();
  const frozen = watch();
  const [open, shut] = [tf.scalar(1).variable(), tf.scalar(1).variable()];
  shut.trainable = false;
  frozen.uninstall();
  const own = [before, open, shut].map((each): unknown => Object.getOwnPropertyDescriptor(each, 'trainable')?.value);
  expect(own).toEqual([true, true, false]);
  watched = null;
});

it('costs the ops on a variable nothing: V8 keeps its properties where it keeps those of all variables', () => {
  setFlagsFromString('--allow-natives-syntax');
  const isFast = runInThisContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;
  const areAlike = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  watch();
  const [first, second] = [tf.scalar(1).variable(), tf.scalar(1).variable()];
  second.trainable = false;
  expect([isFast(first), isFast(second), areAlike(first, second)]).toEqual([true, true, true]);
});
