import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Watched } from './inProcess.ts';

export const variablesOf = (model: tf.LayersModel): tf.Variable[] =>
  model.trainableWeights.map((weight) => weight.read() as tf.Variable);

type Losses = Readonly<Record<string, () => tf.Scalar>>;
type Expected = (watched: Watched, group: string) => { norm: number[]; gram: number[] };

/**
 * Norms and Gram matrix that the first observed step must have in each group: from a gradient of each loss by itself. Take them before
 * observation begins.
 */
export function expectedMeasures(losses: Losses, variables: readonly tf.Variable[]): Expected {
  const rows = Object.values(losses).map((loss) => {
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    value.dispose();
    return grads as Record<string, tf.Tensor | undefined>;
  });
  return (watched, group) => {
    const members = watched
      .graph()
      .groups.find(({ id }) => id === group)!
      .variables.map(({ name }) => name);
    const flat = rows.map((grads) =>
      variables
        .filter(({ name }) => members.includes(name))
        .flatMap(({ name, size }) => [...(grads[name]?.dataSync() ?? new Float32Array(size))]),
    );
    const reaching = flat.filter((_, task) => members.some((name) => rows[task]![name] !== undefined));
    const dot = (a: number[], b: number[]): number => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    const gram = reaching.flatMap((a, i) => reaching.slice(i).map((b) => dot(a, b)));
    return { norm: reaching.map((row) => Math.sqrt(dot(row, row))), gram };
  };
}

/** Holds the first observed step against what was expected. */
export function expectMeasures(watched: Watched, expected: Expected, groups: readonly string[]): void {
  watched.observation.flush();
  const [step] = watched.steps();
  expect(Object.keys(step!.groups).sort()).toEqual([...groups].sort());
  for (const group of groups) {
    const [measured, { norm, gram }] = [step!.groups[group]!, expected(watched, group)];
    const largest = Math.max(...norm);
    expect(measured.norm, group).toHaveLength(norm.length);
    measured.norm.forEach((value, k) =>
      expect(Math.abs(Number(value) - norm[k]!), group).toBeLessThanOrEqual(1e-6 * largest),
    );
    measured.gram.forEach((value, k) =>
      expect(Math.abs(Number(value) - gram[k]!), group).toBeLessThanOrEqual(1e-6 * largest ** 2),
    );
  }
}

/** By group: the L2 norm of its weights. */
export function sizesOf(model: tf.LayersModel): Record<string, number> {
  const norm = (layer: string): number =>
    Math.hypot(
      ...model
        .getLayer(layer)
        .getWeights()
        .flatMap((weight) => [...weight.dataSync()]),
    );
  return { 'shared(click+dwell)': norm('trunk'), 'tower(click)': norm('click'), 'tower(dwell)': norm('dwell') };
}

/** In the first step every group's update is its part of a step of `length`; what is recorded of gradients is not clipped. */
export function expectClipped(watched: Watched, length: number, sizes: Readonly<Record<string, number>>): void {
  const measured = Object.entries(watched.steps()[0]!.groups);
  const whole = Math.hypot(...measured.map(([, { total }]) => Number(total)));
  expect(whole).toBeGreaterThan(10 * length);
  for (const [group, { total, updateRatio }] of measured) {
    const moved = Number(updateRatio) * sizes[group]!;
    expect(moved / length, group).toBeCloseTo(Number(total) / whole, 3);
  }
}
