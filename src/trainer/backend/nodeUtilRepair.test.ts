import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { restoreRemovedUtilFunctions } from './nodeUtilRepair.ts';

it('gives back what is missing, with the meaning it had', () => {
  const util: Record<string, (value: unknown) => boolean> = {};
  expect(restoreRemovedUtilFunctions(util)).toEqual(['isNullOrUndefined', 'isArray']);
  expect([null, undefined, 0, '', false].map(util['isNullOrUndefined']!)).toEqual([true, true, false, false, false]);
  expect([[], [1], { length: 0 }, new Float32Array(1)].map(util['isArray']!)).toEqual([true, true, false, false]);
});

it('leaves alone what is there', () => {
  const isArray = () => false;
  const util = { isArray };
  expect(restoreRemovedUtilFunctions(util)).toEqual(['isNullOrUndefined']);
  expect(util.isArray).toBe(isArray);
});

it('reaches the object that require gives tfjs-node', () => {
  restoreRemovedUtilFunctions();
  const util = createRequire(import.meta.url)('util') as Record<string, unknown>;
  expect(util['isNullOrUndefined']).toBeTypeOf('function');
  expect(util['isArray']).toBeTypeOf('function');
  expect(restoreRemovedUtilFunctions()).toEqual([]);
});
