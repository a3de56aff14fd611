import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../backends.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { RecordedNumber } from '../../src/core/run/record.ts';
import { seededRandom, type Random } from '../random.ts';
import { watchThisProcess, type Watched } from './inProcess.ts';
import { normal } from './twoHeads.ts';

const steps = 6;

/** A network in two parts: what its tasks share, and what each makes of it. */
interface Split {
  readonly variables: readonly tf.Variable[];
  readonly shared: () => tf.Tensor[];
  /** Each task's loss from the shared tensors; deterministic. */
  readonly losses: (shared: readonly tf.Tensor[]) => tf.Scalar[];
  /** Added to the total. */
  readonly penalty?: () => tf.Scalar;
}

let watched: Watched | null = null;
afterEach(() => {
  watched?.observation.uninstall();
  watched = null;
  tf.disposeVariables();
});

const variable = (shape: number[], seed: number): tf.Variable => tf.variable(normal(shape, seed));
const distance = (prediction: tf.Tensor, task: number): tf.Scalar => prediction.sub(task).square().mean().asScalar();

/** One trunk, a tower of two layers for each task. */
function trunk(random: Random, tasks: number, penalised = false): Split {
  const [batch, width, units] = [3 + random.index(6), 2 + random.index(4), 2 + random.index(6)];
  const x = normal([batch, width], random.index(1e6));
  const w = variable([width, units], 1);
  const towers = Array.from({ length: tasks }, (_, task) => [
    variable([units, 3], 10 + task),
    variable([3, 1], 20 + task),
  ]);
  return {
    variables: [w, ...towers.flat()],
    shared: () => [x.matMul(w).tanh()],
    losses: ([h]) => towers.map(([a, b], task) => distance(h!.matMul(a!).tanh().matMul(b!), task)),
    ...(penalised && { penalty: () => w.square().sum().mul(0.1).asScalar() }),
  };
}

/** Every tower reads the trunk twice, and has a weight that is every other tower's too: no tensor of the trunk. */
function twice(random: Random, tasks: number): Split {
  const [batch, width] = [3 + random.index(6), 2 + random.index(4)];
  const x = normal([batch, width], random.index(1e6));
  const [w, scale] = [variable([width, 5], 1), variable([5], 2)];
  const heads = Array.from({ length: tasks }, (_, task) => [variable([5, 1], 10 + task), variable([5, 1], 20 + task)]);
  return {
    variables: [w, scale, ...heads.flat()],
    shared: () => [x.matMul(w).tanh()],
    losses: ([h]) => heads.map(([a, b], task) => distance(h!.mul(scale).matMul(a!).add(h!.square().matMul(b!)), task)),
  };
}

/** Every task reads both layers of the trunk, but for the last: it reads the upper one alone. */
function skipConnection(random: Random, tasks: number): Split {
  const [batch, width] = [3 + random.index(6), 2 + random.index(4)];
  const x = normal([batch, width], random.index(1e6));
  const [lower, upper] = [variable([width, 5], 1), variable([5, 4], 2)];
  const heads = Array.from({ length: tasks }, (_, task) => [variable([5, 1], 10 + task), variable([4, 1], 20 + task)]);
  return {
    variables: [lower, upper, ...heads.flat()],
    shared: () => {
      const first = x.matMul(lower).tanh();
      return [first, first.matMul(upper).tanh()];
    },
    losses: ([first, second]) =>
      heads.map(([low, high], task) => {
        const above = second!.matMul(high!);
        return distance(task === tasks - 1 ? above : above.add(first!.matMul(low!)), task);
      }),
  };
}

/** Each task has a batch of its own: they meet at the weights, and nowhere before. */
function tiedWeights(random: Random, tasks: number, penalised = false): Split {
  const width = 2 + random.index(4);
  const batches = Array.from({ length: tasks }, () => normal([3 + random.index(4), width], random.index(1e6)));
  const w = variable([width, 4], 1);
  const heads = Array.from({ length: tasks }, (_, task) => variable([4, 1], 10 + task));
  return {
    variables: [w, ...heads],
    shared: () => [w],
    losses: ([tied]) =>
      heads.map((head, task) =>
        distance(
          batches[task]!.matMul(tied as tf.Tensor2D)
            .tanh()
            .matMul(head),
          task,
        ),
      ),
    ...(penalised && { penalty: () => w.square().sum().mul(0.1).asScalar() }),
  };
}

/** The tasks' gradients by the shared tensors, each by a pass of its own: their inner products, row by row. */
function expectedGram(split: Split, weights: readonly number[]): number[] {
  return tf.tidy(() => {
    const shared = split.shared().map((tensor) => tensor.clone());
    const rows = weights.map((weight, task) => {
      const gradients = tf.grads((...tensors: tf.Tensor[]) => split.losses(tensors)[task]!.mul(weight));
      return readsAll(split, shared, task)
        ? gradients(shared).flatMap((gradient) => Array.from(gradient.dataSync()))
        : // tfjs has no gradient by what the task does not read.
          [
            ...new Array<number>(shared[0]!.size).fill(0),
            ...tf
              .grad((upper) => split.losses([shared[0]!, upper])[task]!.mul(weight))(shared[1]!)
              .dataSync(),
          ];
    });
    return rows.flatMap((a, i) => rows.slice(i).map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
  });
}

function readsAll(split: Split, shared: readonly tf.Tensor[], task: number): boolean {
  return shared.length === 1 || task < split.losses(shared).length - 1;
}

function numbers(values: readonly unknown[]): number[] {
  // A window of one step has numbers alone.
  return values.map((value) => toNumber(value as RecordedNumber));
}

/** Trains under observation, and holds every boundary against gradients that were taken just before the step. */
function expectBoundary(split: Split, weights: readonly number[], seed: number): void {
  const optimizer = tf.train.sgd(1e-3);
  const expected = new Map<number, number[]>();
  const before = tf.memory().numTensors;
  for (let step = 1; step <= steps; step++) {
    expected.set(step, expectedGram(split, weights));
    optimizer.minimize(
      () => {
        const losses = split.losses(split.shared()).map((loss, task) => loss.mul(weights[task]!));
        return tf.addN(split.penalty === undefined ? losses : [...losses, split.penalty()]) as tf.Scalar;
      },
      false,
      [...split.variables],
    );
  }
  expect(tf.memory().numTensors).toBe(before);
  watched!.observation.flush();
  const tasks = watched!.graph().terms.filter(({ kind }) => kind === 'task');
  expect(tasks).toHaveLength(weights.length);
  const windows = watched!.lines.filter((line) => line.type === 'window');
  const looked = windows.filter(({ boundary }) => boundary !== null);
  expect(looked.length).toBeGreaterThan(3);
  for (const { step, boundary } of looked) {
    const what = `seed ${seed}, step ${step}`;
    expect(boundary!.terms, what).toEqual(tasks.map(({ id }) => id));
    const gram = expected.get(step)!;
    const at = (i: number): number => weights.slice(0, i).reduce((sum, _, row) => sum + weights.length - row, 0);
    const norms = weights.map((_, i) => Math.sqrt(gram[at(i)]!));
    const [actualNorms, actualGram] = [numbers(boundary!.norm), numbers(boundary!.gram)];
    norms.forEach((norm, i) => expect(Math.abs(actualNorms[i]! / norm - 1), `${what}, norm ${i}`).toBeLessThan(1e-5));
    expect(actualGram, what).toHaveLength(gram.length);
    norms.forEach((a, i) =>
      norms.slice(i).forEach((b, j) => {
        const pair = at(i) + j;
        expect(Math.abs(actualGram[pair]! - gram[pair]!) / (a * b), `${what}, pair ${i} ${i + j}`).toBeLessThan(1e-5);
      }),
    );
  }
}

const networks: Record<string, (random: Random, tasks: number) => Split> = {
  'one trunk': trunk,
  'one trunk, with a regulariser': (random, tasks) => trunk(random, tasks, true),
  'towers that read the trunk twice, and share a weight': twice,
  'a skip connection': skipConnection,
  'tied weights': tiedWeights,
  'tied weights, with a regulariser': (random, tasks) => tiedWeights(random, tasks, true),
};

describe.each(backends)('gradients where the tasks meet, on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(Object.keys(networks))('%s', (name) => {
    it.each([1, 2, 3, 4, 5, 6])('are those by the shared tensors, seed %i', (seed) => {
      const random = seededRandom(seed);
      const tasks = 2 + (seed % 3);
      const weights = Array.from({ length: tasks }, () => 10 ** (random.index(5) - 2) * (1 + random.next()));
      const split = networks[name]!(random, tasks);
      // Shallow looks as well as deep ones.
      watched = seed % 2 === 0 ? watchThisProcess(1) : watchThisProcess(null, 1000);
      expectBoundary(split, weights, seed);
    });
  });

  it('of one task alone are none', () => {
    watched = watchThisProcess(1);
    const { variables, shared, losses, penalty } = trunk(seededRandom(1), 1, true);
    for (let step = 0; step < steps; step++) {
      tf.train.sgd(1e-3).minimize(() => tf.add(losses(shared())[0]!, penalty!()) as tf.Scalar, false, [...variables]);
    }
    watched.observation.flush();
    const windows = watched.lines.filter((line) => line.type === 'window');
    expect(windows.map(({ boundary }) => boundary)).toEqual(new Array(steps).fill(null));
    expect(watched.graph().terms.map(({ kind }) => kind)).toEqual(['task', 'regularisers']);
  });
});

it('two tasks that reach the trunk at different tensors are not compared there', () => {
  const [trunk, a, b, c] = [
    [3, 4],
    [4, 1],
    [4, 1],
    [5, 1],
  ].map((shape, index) => tf.variable(tf.randomNormal(shape, 0, 1, 'float32', 70 + index)));
  const x = tf.randomNormal([6, 3], 0, 1, 'float32', 69);
  const watched = watchThisProcess(1);
  tf.train.sgd(0.01).minimize(() => {
    const h = x.matMul(trunk!);
    // a and c meet at this copy; b reads the trunk itself.
    const copy = h.clone();
    const first = copy.matMul(a!);
    const third = tf.concat([copy, first], 1).matMul(c!);
    return tf.addN([first, h.matMul(b!), third].map((prediction) => prediction.square().mean())) as tf.Scalar;
  });
  watched.observation.uninstall();
  const [window] = watched.lines.filter((line) => line.type === 'window');
  const { terms, gram } = window!.boundary!;
  expect(terms).toHaveLength(3);
  // a with a, b, c; b with b, c; c with c.
  expect(gram.map((value) => value === 'NaN')).toEqual([false, true, false, false, true, false]);
  tf.dispose([trunk, a, b, c, x]);
});
