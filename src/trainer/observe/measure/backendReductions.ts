import { variableProducts } from '../../../core/measure/groupMeasure.ts';
import { aliveUnits } from '../../../core/measure/unitActivity.ts';
import { workbenchOf } from '../../backend/wasm/fast/workbench.ts';
import { floatsOf, squaredNorm, type EngineInternals, type Numbers } from '../tape/engineInternals.ts';
import { diagonalOf } from './optimizerMetric.ts';
import type { Reductions, RowProducts } from './reductions.ts';
import { wasmReductions } from './wasmReductions.ts';

const ofBackend = new WeakMap<object, Reductions>();

/** For the backend that is in force: without a copy in the memory of tfjs's wasm backend, by reading the numbers elsewhere. */
export function reductionsOf(engine: EngineInternals): Reductions {
  const { backend } = engine;
  let reductions = ofBackend.get(backend);
  if (reductions === undefined) {
    const workbench = 'wasm' in backend ? workbenchOf(backend) : null;
    reductions = workbench === null ? readingReductions(engine) : wasmReductions(workbench);
    ofBackend.set(backend, reductions);
  }
  return reductions;
}

/** Reads every number to JavaScript. */
export function readingReductions(engine: EngineInternals): Reductions {
  const read = (x: Numbers): Float32Array => floatsOf(engine, x);
  const productsOf = (rows: readonly Numbers[], metric: Float64Array | null): RowProducts => {
    const gradients = rows.map(read);
    const { gram, metricGram } = variableProducts({ terms: [], gradients, total: new Float32Array(0), metric });
    return { gram: Float64Array.from(gram), metricGram: metricGram && Float64Array.from(metricGram) };
  };
  return {
    read: (x, to) => to.set(read(x)),
    squaredNorm: (x) => squaredNorm(read(x)),
    aliveUnits: (x, units) => aliveUnits(read(x), units),
    allFinite: (x) => isFiniteThroughout(read(x)),
    gram: (rows) => productsOf(rows, null).gram,
    grams: (rows, metric) => productsOf(rows, diagonalOf(engine, metric)),
    change: (before, after) => {
      const [from, to] = [read(before), read(after)];
      let [moved, size] = [0, 0];
      for (let k = 0; k < from.length; k++) {
        const weight = from[k] ?? 0;
        moved += ((to[k] ?? 0) - weight) ** 2;
        size += weight * weight;
      }
      return { moved, size };
    },
  };
}

/** Nothing times 0 is anything but 0, save what is not finite: sums are quicker than a question for each, at every step. */
function isFiniteThroughout(values: Float32Array): boolean {
  const whole = values.length - (values.length % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    first += (values[k] ?? 0) * 0;
    second += (values[k + 1] ?? 0) * 0;
    third += (values[k + 2] ?? 0) * 0;
    fourth += (values[k + 3] ?? 0) * 0;
  }
  for (let k = whole; k < values.length; k++) {
    first += (values[k] ?? 0) * 0;
  }
  return first + second + (third + fourth) === 0;
}
