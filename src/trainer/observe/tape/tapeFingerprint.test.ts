import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engineInternals, type TapeNode } from './engineInternals.ts';
import { installForwardTracer, type ForwardTracer, type TraceTarget } from './forwardTrace.ts';
import { installLayerScope } from './layerScope.ts';
import { fingerprintOf, type Beside, type TapeFingerprint } from './tapeFingerprint.ts';

const engine = engineInternals(tf);
type Loss = (batch: tf.Tensor, target: TraceTarget) => tf.Tensor;

interface Taped {
  readonly tape: readonly TapeNode[];
  readonly total: tf.Tensor;
  readonly beside: Beside;
}

let tracer: ForwardTracer;
let uninstall: () => void;
beforeAll(async () => {
  await tf.setBackend('cpu');
  const layers = installLayerScope(tf);
  tracer = installForwardTracer(engine, layers);
  uninstall = () => {
    tracer.uninstall();
    layers.uninstall();
  };
  return () => uninstall();
});
const w = tf.variable(tf.ones([3, 3]));
const v = tf.variable(tf.ones([3, 3]));
afterEach(() => {
  engine.state.activeTape = null;
});

/** Records the function's tape as a training step does, on a new batch. */
function record(loss: Loss, rows = 8): Taped {
  const batch = tf.randomNormal([rows, 3]);
  const running = tracer.start(false);
  const taped: Taped[] = [];
  engine.scopedRun(
    () => engine.startTape(),
    () => engine.endTape(),
    () => {
      const total = engine.tidy('forward', () => loss(batch, running.target));
      taped.push({ tape: engine.state.activeTape ?? [], total, beside: running.trace.beside });
    },
  );
  running.end();
  running.trace.dispose();
  engine.state.activeTape = null;
  return taped[0]!;
}

const matches = (print: TapeFingerprint, { tape, total, beside }: Taped): boolean => print.matches(tape, total, beside);

function printOf(loss: Loss): TapeFingerprint {
  const { tape, total, beside } = record(loss);
  expect(tape.length).toBeGreaterThan(0);
  return fingerprintOf(tape, total, beside);
}

const plain: Loss = (x) => x.matMul(w).tanh().matMul(v).square().mean();

describe('the fingerprint of a tape', () => {
  it('is that of the same function, on other batches and beside other work', () => {
    const print = printOf(plain);
    for (let step = 0; step < 20; step++) {
      // Tensors are made between two steps: their numbers are not the tape's.
      tf.tidy(() => tf.ones([2 + step]).add(step));
      expect(matches(print, record(plain)), `step ${step}`).toBe(true);
    }
    expect(matches(print, record(plain, 3)), 'the last batch of an epoch is smaller').toBe(true);
  });

  it('is the same where values were assigned to the variables', () => {
    const print = printOf(plain);
    w.assign(tf.randomNormal([3, 3]));
    expect(matches(print, record(plain))).toBe(true);
  });

  const others: Record<string, Loss> = {
    'another op': (x) => x.matMul(w).sigmoid().matMul(v).square().mean(),
    'an op more': (x) => x.matMul(w).tanh().matMul(v).square().mean().mul(2),
    'an op less': (x) => x.matMul(w).tanh().matMul(v).mean(),
    'another variable': (x) => x.matMul(w).tanh().matMul(w).square().mean(),
    'the variables changed about': (x) => x.matMul(v).tanh().matMul(w).square().mean(),
    'a variable in the place of the batch': () => w.matMul(w).tanh().matMul(v).square().mean(),
    'a stop-gradient': (x, target) => {
      const h = x.matMul(w).tanh();
      target.stopped(h, h);
      return h.matMul(v).square().mean();
    },
    'a value that was read': (x) => {
      const h = x.matMul(w).tanh();
      h.dataSync();
      return h.matMul(v).square().mean();
    },
    'a total that is another tensor': (x) => {
      const h = x.matMul(w);
      h.tanh().matMul(v).square().mean();
      return h;
    },
  };
  it.each(Object.keys(others))('is not that of %s', (name) => {
    const other = others[name]!;
    expect(matches(printOf(plain), record(other))).toBe(false);
    expect(matches(printOf(other), record(plain))).toBe(false);
    expect(matches(printOf(other), record(other))).toBe(true);
  });

  it('is not that of swapped operands, nor of operands from elsewhere on the tape', () => {
    const two = (combine: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Loss => {
      return (x) => combine(x.matMul(w), x.matMul(v)).mean();
    };
    const [sub, swapped, same] = [two((a, b) => a.sub(b)), two((a, b) => b.sub(a)), two((a) => a.sub(a))];
    const print = printOf(sub);
    expect(matches(print, record(sub))).toBe(true);
    expect(matches(print, record(swapped))).toBe(false);
    expect(matches(print, record(same))).toBe(false);
  });

  it('is not that of a copy built from values that were read', () => {
    const detached = (copies: number): Loss => {
      return (x) => {
        const h = x.matMul(w).tanh();
        const values = h.dataSync();
        const copy = Array.from({ length: copies }, () => tf.tensor(values, h.shape)).at(-1) ?? h;
        return copy.matMul(v).square().mean();
      };
    };
    expect(matches(printOf(detached(0)), record(detached(1)))).toBe(false);
    expect(matches(printOf(detached(1)), record(detached(2)))).toBe(false);
    expect(matches(printOf(detached(1)), record(detached(1)))).toBe(true);
  });
});
