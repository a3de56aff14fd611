import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../backends.ts';
import { nodesOfStep, termStructure } from '../../src/trainer/observe/graph/termStructure.ts';
import { engineInternals } from '../../src/trainer/observe/tape/engineInternals.ts';
import { installForwardTracer } from '../../src/trainer/observe/tape/forwardTrace.ts';
import { installLayerScope } from '../../src/trainer/observe/tape/layerScope.ts';
import { locateLosses, observeForward } from '../../src/trainer/observe/tape/observedForward.ts';
import { readings } from '../../src/trainer/observe/measure/lossReadings.ts';
import { reductionsOf } from '../../src/trainer/observe/measure/backendReductions.ts';
import { combinedGradients } from '../../src/trainer/observe/measure/combinedGradients.ts';
import { termGradients } from '../../src/trainer/observe/measure/termGradients.ts';
import { seedRandomness } from '../../src/trainer/seed.ts';
import { families, seededDraw, type Family } from './families.ts';

const engine = engineInternals(tf);

/** Per task and variable: the gradient from the one tape, and whether it was got by subtraction. */
function gradientsFromOneTape(family: Family, weights: readonly number[]) {
  const layers = installLayerScope(tf);
  const tracer = installForwardTracer(engine, layers);
  const losses = (): tf.Tensor => totalOf(family, weights);
  try {
    const forward = observeForward(
      engine,
      tracer.start(false),
      losses,
      (traced) => locateLosses(traced, null),
      () => undefined,
    );
    const { tape, total, slotted, trace } = forward.traced;
    const { tasks, regularisers } = forward.losses.found;
    try {
      return engine.tidy(() => {
        const ofTasks = tasks.map((slot) => [slot]);
        const terms = regularisers.length === 0 ? ofTasks : [...ofTasks, [...regularisers]];
        const structure = termStructure({ tape, slotted, xs: family.variables, total, terms, tasks: tasks.length });
        const walk = {
          depth: 'deep' as const,
          nodes: nodesOfStep(structure, tape),
          total,
          dy: null,
          xs: family.variables,
          masksOfXs: structure.masksOfXs,
          summedXs: structure.summedXs,
          leaves: readings(forward).map(({ leaves }) => leaves),
        };
        const reductions = reductionsOf(engine);
        const result = termGradients(engine, reductions, walk, combinedGradients(engine, reductions, walk));
        const combined = result.combined.map((gradient) =>
          gradient === undefined ? null : Array.from(gradient.dataSync()),
        );
        for (const { saved } of engine.state.activeTape ?? []) {
          tf.dispose([...saved]);
        }
        engine.state.activeTape = null;
        const perTerm = result.perTerm.map((own) => ({
          terms: own.terms,
          gradients: own.gradients.map((gradient) => Array.from(gradient.dataSync())),
          gram: Array.from(own.products.gram),
        }));
        return { tasks: tasks.length, combined, perTerm, subtracted: result.subtracted };
      });
    } finally {
      trace.dispose();
      total.dispose();
    }
  } finally {
    tracer.uninstall();
    layers.uninstall();
  }
}

/** What is minimised: the weighted losses, and the penalties if there are any. */
function totalOf(family: Family, weights: readonly number[]): tf.Scalar {
  const losses = family.losses().map((loss, task) => weighted(loss, weights[task] ?? 1));
  return tf.addN([...losses, ...(family.penalties?.() ?? [])]) as tf.Scalar;
}

/** The loss of each term by itself: the tasks in order, then the penalties together. */
function termsOf(family: Family, weights: readonly number[], tasks: number): (() => tf.Scalar)[] {
  const losses = Array.from({ length: tasks }, (_, task) => () => weighted(family.losses()[task]!, weights[task] ?? 1));
  const { penalties } = family;
  return penalties === undefined ? losses : [...losses, () => tf.addN(penalties()) as tf.Scalar];
}

const weighted = (loss: tf.Scalar, weight: number): tf.Scalar => (weight === 1 ? loss : loss.mul(weight));

/** tfjs's own gradients, by a forward and a backward pass of their own; null where the loss does not reach. */
function ownGradients(family: Family, loss: () => tf.Scalar): (number[] | null)[] {
  const { value, grads } = tf.variableGrads(loss, family.variables);
  const rows = family.variables.map(({ name }) => {
    const gradient = (grads as Record<string, tf.Tensor | undefined>)[name];
    return gradient === undefined ? null : Array.from(gradient.dataSync());
  });
  tf.dispose([value, grads]);
  return rows;
}

const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * b[k]!, 0);

const squared = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

describe.each(backends)('per-task gradients on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });
  let family: Family | null = null;
  afterEach(() => family?.dispose());

  for (const name of Object.keys(families)) {
    for (const seed of [11, 12, 13, 14, 15, 16]) {
      const gap = 10 ** (((seed - 11) % 3) * 3);
      it(`${name}, seed ${seed}, scale gap ${gap}: equal to variableGrads of each term's loss`, async () => {
        const random = seedRandomness(tf, seed);
        family = await families[name]!(seededDraw(seed));
        random.uninstall();
        const made = family;
        const tasks = tf.tidy(() => made.losses().length);
        const weights = Array.from({ length: tasks }, (_, task) => (task === 1 ? gap : 1));
        const tensors = tf.memory().numTensors;

        const ours = gradientsFromOneTape(made, weights);
        expect(ours.tasks).toBe(tasks);
        expect(tf.memory().numTensors).toBe(tensors);
        expect(ours.combined).toEqual(ownGradients(made, () => totalOf(made, weights)));

        for (const [term, loss] of termsOf(made, weights, tasks).entries()) {
          const expected = ownGradients(made, loss);
          // The penalties are one term: their sum may be added up in another order.
          const exact = term < tasks && term !== ours.subtracted;
          let [error, size] = [0, 0];
          for (const [index, row] of expected.entries()) {
            const { terms, gradients } = ours.perTerm[index]!;
            const at = terms.indexOf(term);
            if (row === null) {
              expect(at, `term ${term} does not reach variable ${index}`).toBe(-1);
              continue;
            }
            const actual = gradients[at] ?? [];
            expect(actual, `term ${term}, variable ${index}, seed ${seed}`).toHaveLength(row.length);
            if (exact || (term < tasks && terms.length === 1)) {
              expect(actual, `walked term ${term}, variable ${index}, seed ${seed}`).toEqual(row);
            } else {
              error += squared(actual.map((value, k) => value - row[k]!));
              size += squared(row);
            }
          }
          const relative = Math.sqrt(error / Math.max(size, Number.MIN_VALUE));
          expect(relative, `term ${term}, seed ${seed}`).toBeLessThanOrEqual(1e-6);
        }
        for (const [index, { gradients, gram }] of ours.perTerm.entries()) {
          const pairs = gradients.flatMap((row, i) => gradients.slice(i).map((other) => [row, other] as const));
          expect(gram, `variable ${index}`).toHaveLength(pairs.length);
          for (const [pair, [row, other]] of pairs.entries()) {
            // A gradient that is got by subtraction is rounded to 32 bits as a tensor, and not in its products.
            const size = Math.sqrt(squared(row) * squared(other));
            const error = Math.abs(gram[pair]! - inner(row, other));
            expect(error, `variable ${index}, pair ${pair}, seed ${seed}`).toBeLessThanOrEqual(1e-6 * size);
          }
        }
      });
    }
  }
});

// On the native backend alone: test/native runs this file there.
if (backends.includes('node')) {
  describe.each(Object.keys(families))('%s: per-task gradients on the native backend', (name) => {
    it.each([11, 12, 13])('are those on cpu, seed %i', async (seed) => {
      const on = async (backend: 'cpu' | 'node') => {
        await useBackend(backend);
        const random = seedRandomness(tf, seed);
        const family = await families[name]!(seededDraw(seed));
        random.uninstall();
        const tasks = tf.tidy(() => family.losses().length);
        const found = gradientsFromOneTape(
          family,
          Array.from({ length: tasks }, () => 1),
        );
        family.dispose();
        return found;
      };
      const [cpu, native] = [await on('cpu'), await on('node')];
      expect(native.tasks).toBe(cpu.tasks);
      let [largest, terms] = [0, 0];
      for (let term = 0; term < cpu.tasks; term++) {
        let [error, size] = [0, 0];
        for (const [index, ofVariable] of cpu.perTerm.entries()) {
          const own = native.perTerm[index]!;
          expect(own.terms).toEqual(ofVariable.terms);
          const at = ofVariable.terms.indexOf(term);
          const values = ofVariable.gradients[at] ?? [];
          error += squared(values.map((value, k) => value - own.gradients[at]![k]!));
          size += squared(values);
          terms += values.length;
        }
        largest = Math.max(largest, Math.sqrt(error / Math.max(size, Number.MIN_VALUE)));
      }
      expect(terms).toBeGreaterThan(0);
      expect(largest, `relative to the norm of the task's gradient, seed ${seed}`).toBeLessThanOrEqual(1e-5);
    });
  });
}

describe('the task that is largest at the boundary', () => {
  it('is walked, not subtracted, where it is the smaller one in some variable', async () => {
    await tf.setBackend('cpu');
    const x = tf.randomNormal([16, 6], 0, 1, 'float32', 1);
    const [p, q] = [2, 3].map((seed) => tf.variable(tf.randomNormal([6, 1], 0, 1, 'float32', seed)));
    const family: Family = {
      name: 'crossed',
      variables: [p!, q!],
      losses: () => {
        const [a, b] = [x.matMul(p!), x.matMul(q!)];
        // Each task lives in a variable of its own and touches the other's by a billionth.
        return [a.add(b.mul(1e-9)), b.add(a.mul(1e-9))].map((prediction) => prediction.square().mean().asScalar());
      },
      dispose: () => tf.dispose([x, p!, q!]),
    };
    const weights = [1e6, 1];
    const ours = gradientsFromOneTape(family, weights);
    const expected = ownGradients(family, () => family.losses()[0]!.mul(1e6));
    for (const [index, row] of expected.entries()) {
      const { terms, gradients } = ours.perTerm[index]!;
      const actual = gradients[terms.indexOf(0)]!;
      const error = squared(row!.map((value, k) => value - actual[k]!));
      expect(Math.sqrt(error / squared(row!)), `variable ${index}`).toBeLessThanOrEqual(1e-6);
    }
    family.dispose();
  });
});
