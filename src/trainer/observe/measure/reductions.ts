import { variableProducts } from '../../../core/measure/groupMeasure.ts';
import { aliveUnits } from '../../../core/measure/unitActivity.ts';
import { workbenchOf } from '../../backend/wasm/fast/workbench.ts';
import { floatsOf, squaredNorm, type EngineInternals, type Numbers } from '../tape/engineInternals.ts';
import { diagonalOf, type Metric } from './optimizerMetric.ts';
import { wasmReductions } from './wasmReductions.ts';

/** Inner products of rows: upper triangles, row by row, diagonal included. */
export interface RowProducts {
  readonly gram: Float64Array;
  /** As the optimizer scales them; null where it is not known. */
  readonly metricGram: Float64Array | null;
}

/** Inner products of gradients, where the backend keeps their numbers. All in double precision. */
export interface Reductions {
  /** Copies the numbers. @param to As many as x has. */
  read(x: Numbers, to: Float32Array): void;
  squaredNorm(x: Numbers): number;
  /** Per unit (last axis): 1 where a number of it is above 0, or is none, else 0. */
  aliveUnits(x: Numbers, units: number): ArrayLike<number>;
  /** True where no number is NaN or infinite. */
  allFinite(x: Numbers): boolean;
  /** <x_i, x_j> of rows of the same size: upper triangle, row by row, diagonal included. */
  gram(rows: readonly Numbers[]): Float64Array;
  /** The same, and beside it of P x. */
  grams(rows: readonly Numbers[], metric: Exclude<Metric, null | 'identity'>): RowProducts;
  /** |after - before|^2 and |before|^2. */
  change(before: Numbers, after: Numbers): { readonly moved: number; readonly size: number };
}

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
