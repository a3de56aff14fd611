import type * as Tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { siteOf } from './stepContext.ts';

const tensors = (...ids: number[]): Tf.Tensor[] => ids.map((id) => ({ id }) as Tf.Tensor);
const minimize = { optimizer: {}, className: 'SGD', listed: null };
const loss = (): Tf.Tensor => tensors(0)[0]!;
const fresh = (): (() => Tf.Tensor) => () => tensors(1)[0]!;

it('is the same site for steps of the same origin, whatever ran between them, and another for any other origin', () => {
  const sites = (): string[] => [
    siteOf(loss, tensors(1, 2), minimize, null),
    siteOf(loss, tensors(1, 3), minimize, null),
    siteOf(loss, tensors(1), minimize, null),
    siteOf(loss, tensors(1, 2), { ...minimize, optimizer: loss }, null),
    siteOf(loss, tensors(1, 2), null, null),
    siteOf(fresh(), tensors(1, 2), minimize, null),
    siteOf(loss, tensors(1, 2), minimize, 'model'),
    siteOf(loss, tensors(1, 2), minimize, 'another model'),
  ];
  const first = sites();
  expect(new Set(first).size).toBe(first.length);
  // A loop makes its function anew at every step; a site that comes twice in a row is known again.
  expect(sites()).toEqual(first);
  expect(siteOf(loss, tensors(1, 2), minimize, null)).toBe(siteOf(loss, tensors(1, 2), minimize, null));
});
