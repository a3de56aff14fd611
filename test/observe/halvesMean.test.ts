import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { nodesOfStep, termStructure } from '../../src/trainer/observe/graph/termStructure.ts';
import { halvesGradients } from '../../src/trainer/observe/measure/halves.ts';
import { readings } from '../../src/trainer/observe/measure/lossReadings.ts';
import { reductionsOf } from '../../src/trainer/observe/measure/reductions.ts';
import { combinedGradients } from '../../src/trainer/observe/measure/combinedGradients.ts';
import { termGradients } from '../../src/trainer/observe/measure/termGradients.ts';
import { engineInternals } from '../../src/trainer/observe/tape/engineInternals.ts';
import { installForwardTracer } from '../../src/trainer/observe/tape/forwardTrace.ts';
import { installLayerScope } from '../../src/trainer/observe/tape/layerScope.ts';
import { locateLosses, observeForward } from '../../src/trainer/observe/tape/observedForward.ts';
import { normal } from './twoHeads.ts';

const engine = engineInternals(tf);
beforeAll(async () => {
  await tf.setBackend('cpu');
});

it.each([2, 7, 12, 31])('the two halves of %i samples make up the whole batch, for each task and variable', (batch) => {
  const x = normal([batch, 4], batch);
  const [w, bias] = [tf.variable(normal([4, 5], 1)), tf.variable(normal([5], 2))];
  const heads = [3, 4, 5].map((seed) => tf.variable(normal([5, 1], seed)));
  const xs = [w, bias, ...heads];
  const [layers, part] = [installLayerScope(tf), Math.floor(batch / 2) / batch];
  const tracer = installForwardTracer(engine, layers);
  const forward = observeForward(
    engine,
    tracer.start(false),
    () => {
      const h = x.matMul(w).add(bias).tanh();
      return tf.addN(
        heads.map((head, task) =>
          h
            .matMul(head)
            .sub(task)
            .square()
            .mean()
            .mul(10 ** task),
        ),
      );
    },
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
      leaves: readings(forward).map(({ leaves }) => leaves),
    };
    const reductions = reductionsOf(engine);
    const combined = combinedGradients(engine, reductions, walk);
    const whole = termGradients(engine, reductions, walk, combined);
    const halves = halvesGradients(engine, walk, combined, tasks.length, true);
    expect(halves).toMatchObject({ rows: batch, independent: true });
    expect(halves!.shared.map(({ name }) => name)).toEqual([w.name, bias.name]);
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
});
