import * as tf from '@tensorflow/tfjs';
import { compileMultiTask, gradNorm } from 'mtl-debugger';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { COLLAPSED } from '../../src/core/advice/aggregators/gradNorm.ts';
import { startWasm } from '../../src/trainer/backend/wasm/cpuAgainstWasm.ts';
import { toyExamples, toyModel, TRAINING } from './gradNormToy.ts';

const SEED = 1;

beforeAll(async () => {
  await startWasm(tf, true);
});
afterEach(() => {
  vi.restoreAllMocks();
  tf.disposeVariables();
});

/** The lesser weight of each step, apart for the steps up to the one that warned and those after it. */
function trained(learningRate: number, steps: number, lowest = -1, rate: number = TRAINING.rate) {
  const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const draw = toyExamples(SEED, lowest);
  const weighting = gradNorm({ alpha: 0.12, learningRate });
  const mtl = compileMultiTask(toyModel(SEED), {
    tasks: { one: { loss: 'meanSquaredError' }, hundred: { loss: 'meanSquaredError' } },
    optimizer: (of) => tf.train.adam(of),
    learningRates: rate,
    weighting,
  });
  const [until, after]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step++) {
    const part = said.mock.calls.length === 0 ? until : after;
    const { x, y } = draw(TRAINING.batch);
    mtl.step(x, y);
    part.push(weighting.weights().hundred!);
    tf.dispose([x, y.one, y.hundred]);
  }
  mtl.dispose();
  return { until, after, said: said.mock.calls.map(([text]) => String(text)) };
}

describe(`the weights of GradNorm’s toy at a rate of 1e-2 (E2), seed ${SEED}`, () => {
  it('collapse to 1e-6, and the user is warned before the weight is below a thousandth of the mean', () => {
    const { until, after, said } = trained(1e-2, 150);
    expect(Math.min(...until)).toBeGreaterThan(COLLAPSED);
    expect(Math.min(...after)).toBeLessThan(2e-6);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/gradNorm\(\) has brought the weight of task 'hundred' down to 0\.0\d+ of the mean weight/);
  });

  // The known answer has a collapse here, too. This GradNorm turns at 0.004: the warning comes, and no harm.
  it('x in (0, 1): warned before as well', () => {
    const { until, said } = trained(1e-2, 150, 0, 1e-3);
    expect(Math.min(...until)).toBeGreaterThan(COLLAPSED);
    expect(said).toHaveLength(1);
  });
});
