import type { Workbench } from '../../backend/wasm/fast/workbench.ts';
import type { Numbers } from '../tape/engineInternals.ts';
import type { Metric } from './optimizerMetric.ts';
import type { Reductions } from './reductions.ts';

const DOUBLE = 8;
const INTEGER = 4;
/** Numbers of each row that the kernel works on at once; kernels/gram.ts says the same. */
const BLOCK = 256;

/** Reduces the numbers in the wasm backend's own memory: nothing is copied to JavaScript but the results. */
export function wasmReductions(workbench: Workbench): Reductions {
  const { kernels } = workbench;
  const address = (x: Numbers): number => workbench.address(x);

  const writeMetric = (metric: Exclude<Metric, null | 'identity'>, to: number, size: number): void => {
    if (metric.kind === 'elements') {
      workbench.doubles(to, size).set(metric.diagonal);
      return;
    }
    const { moments, initial, gradient, decay, gain, divisor, inside, outside } = metric;
    const from = moments === null ? 0 : address(moments);
    kernels.rootMetric(from, initial, address(gradient), to, size, decay, gain, divisor, inside, outside);
  };
  const products = (rows: readonly Numbers[], metric: Exclude<Metric, null | 'identity'> | null): Float64Array => {
    const [first] = rows;
    if (first === undefined) {
      return new Float64Array(0);
    }
    const pairs = (rows.length * (rows.length + 1)) / 2;
    const sizes = [pairs * DOUBLE, (rows.length + 1) * BLOCK * DOUBLE, metric === null ? 0 : first.size * DOUBLE];
    const bytes = sizes.reduce((sum, size) => sum + size, rows.length * 4);
    return workbench.borrow(bytes, (start) => {
      const [working, scale] = [start + (sizes[0] ?? 0), start + (sizes[0] ?? 0) + (sizes[1] ?? 0)];
      const addresses = scale + (sizes[2] ?? 0);
      if (metric !== null) {
        writeMetric(metric, scale, first.size);
      }
      workbench.writeIntegers(addresses, rows.map(address));
      workbench.doubles(start, pairs).fill(0);
      kernels.gram(addresses, rows.length, first.size, metric === null ? 0 : scale, start, working);
      return workbench.doubles(start, pairs).slice();
    });
  };

  return {
    read: (x, to) => to.set(workbench.floats(address(x), x.size)),
    squaredNorm: (x) => kernels.squaredNorm(address(x), x.size),
    aliveUnits: (x, units) =>
      workbench.borrow(units * INTEGER, (to) => {
        kernels.aliveColumns(address(x), to, x.size / units, units);
        return Array.from(workbench.integers(to, units), (alive) => alive !== 0);
      }),
    allFinite: (x) => kernels.allFinite(address(x), x.size) !== 0,
    gram: (rows) => products(rows, null),
    metricGram: products,
    change: (before, after) =>
      workbench.borrow(2 * DOUBLE, (to) => {
        kernels.change(address(before), address(after), before.size, to);
        const [moved = NaN, size = NaN] = workbench.doubles(to, 2);
        return { moved, size };
      }),
  };
}
