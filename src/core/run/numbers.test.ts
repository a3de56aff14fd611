import { describe, expect, it } from 'vitest';
import { median, toNumber, toRecorded } from './numbers.ts';

describe('recorded numbers', () => {
  it.each([0, -1.5, 3e-320, 1.7976931348623157e308, NaN, Infinity, -Infinity])('%s survives JSON', (value) => {
    const text = JSON.stringify(toRecorded(value));
    expect(toNumber(JSON.parse(text) as number)).toBe(value);
  });
});

describe('median', () => {
  it.each<[readonly number[], number | null]>([
    [[], null],
    [[3], 3],
    [[10, 9, 1], 9],
    [[4, 1, 3, 2], 2.5],
    [[1e308, 1.5e308], 1.25e308],
    [[Infinity, 1, Infinity, Infinity], Infinity],
    [[1, NaN, 2], NaN],
  ])('of %j is %j', (values, expected) => expect(median(values)).toBe(expected));
});
