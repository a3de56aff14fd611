import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodesOfStep, termStructure } from '../../src/trainer/observe/graph/termStructure.ts';
import { halvesGradients } from '../../src/trainer/observe/measure/halves.ts';
import { predictionPlaces } from '../../src/trainer/observe/measure/predictionHalves.ts';
import { readings } from '../../src/trainer/observe/measure/lossReadings.ts';
import { reductionsOf } from '../../src/trainer/observe/measure/backendReductions.ts';
import { combinedGradients } from '../../src/trainer/observe/measure/combinedGradients.ts';
import { termGradients } from '../../src/trainer/observe/measure/termGradients.ts';
import { engineInternals } from '../../src/trainer/observe/tape/engineInternals.ts';
import { installForwardTracer } from '../../src/trainer/observe/tape/forwardTrace.ts';
import { installLayerScope } from '../../src/trainer/observe/tape/layerScope.ts';
import { locateLosses, observeForward } from '../../src/trainer/observe/tape/observedForward.ts';
import { tensorAt } from '../../src/trainer/observe/tape/tapeFingerprint.ts';
import { normal } from './twoHeads.ts';

const engine = engineInternals(tf);
beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** What makes each task's prediction of the batch; the variables that the tasks share come first. */
interface Model {
  readonly xs: readonly tf.Variable[];
  readonly predict: (x: tf.Tensor) => tf.Tensor[];
  readonly shared: number;
}

const models: Record<string, () => Model> = {
  'that share a trunk': () => {
    const [w, bias] = [tf.variable(normal([4, 5], 1)), tf.variable(normal([5], 2))];
    const heads = [3, 4, 5].map((seed) => tf.variable(normal([5, 1], seed)));
    const predict = (x: tf.Tensor): tf.Tensor[] => {
      const h = x.matMul(w).add(bias).tanh();
      return heads.map((head) => h.matMul(head));
    };
    return { xs: [w, bias, ...heads], predict, shared: 2 };
  },
  // Each applies the head by itself, so that they meet at its weights.
  'that share a trunk and its head': () => {
    const [w, head] = [tf.variable(normal([4, 5], 1)), tf.variable(normal([5, 1], 2))];
    const offsets = [3, 4, 5].map((seed) => tf.variable(normal([1], seed)));
    const predict = (x: tf.Tensor): tf.Tensor[] => {
      const h = x.matMul(w).tanh();
      return offsets.map((offset) => h.matMul(head).add(offset).tanh());
    };
    return { xs: [w, head, ...offsets], predict, shared: 2 };
  },
};

describe.each(Object.keys(models))('of tasks %s', (name) => {
  it.each([2, 7, 12, 31])(
    'the two halves of %i samples make up the whole batch, for each task and variable',
    (batch) => {
      holdHalves(models[name]!(), batch);
    },
  );
});

function holdHalves({ xs, predict, shared }: Model, batch: number): void {
  const x = normal([batch, 4], batch);
  const [layers, part] = [installLayerScope(tf), Math.floor(batch / 2) / batch];
  const tracer = installForwardTracer(engine, layers);
  const forward = observeForward(
    engine,
    tracer.start(false),
    () =>
      tf.addN(
        predict(x).map((prediction, task) =>
          prediction
            .sub(task + 1)
            .square()
            .mean()
            .mul(10 ** task),
        ),
      ),
    (traced) => locateLosses(traced, null),
    () => undefined,
  );
  tracer.uninstall();
  layers.uninstall();
  const { tape, total, slotted } = forward.traced;
  const { tasks } = forward.losses.found;
  const structure = termStructure({
    tape,
    slotted,
    xs,
    total,
    terms: tasks.map((slot) => [slot]),
    tasks: tasks.length,
  });
  engine.tidy(() => {
    const walk = {
      depth: 'deep' as const,
      nodes: nodesOfStep(structure, tape),
      total,
      dy: null,
      xs,
      masksOfXs: structure.masksOfXs,
      summedXs: structure.summedXs,
      leaves: readings(forward).map(({ leaves }) => leaves),
    };
    const reductions = reductionsOf(engine);
    const combined = combinedGradients(engine, reductions, walk);
    const whole = termGradients(engine, reductions, walk, combined);
    const halves = halvesGradients(engine, walk, combined, {
      tasks: tasks.length,
      mixing: true,
      predictions: () =>
        predictionPlaces(forward.traced, forward.losses).map((place) => tensorAt(place!, tape, total) ?? null),
    });
    expect(halves).toMatchObject({ rows: batch, independent: true });
    expect(halves!.shared.map(({ name }) => name)).toEqual(xs.slice(0, shared).map((each) => each.name));
    for (const [index, { name, tasks: present, first, second }] of halves!.shared.entries()) {
      expect(present).toEqual([0, 1, 2]);
      for (const task of present) {
        // Each half stands for the mean over its own rows: of odd batches, one has a row less.
        const mean = first[task]!.mul(part).add(second[task]!.mul(1 - part));
        const own = whole.perTerm[index]!.gradients[task]!;
        const error = mean.sub(own).norm().div(own.norm()).dataSync()[0]!;
        expect(error, `${name}, task ${task}, batch ${batch}`).toBeLessThan(2e-6);
        // Neither half is the whole.
        expect(first[task]!.sub(own).norm().div(own.norm()).dataSync()[0]!).toBeGreaterThan(1e-2);
      }
    }
  });
  engine.state.activeTape = null;
  forward.traced.trace.dispose();
}
