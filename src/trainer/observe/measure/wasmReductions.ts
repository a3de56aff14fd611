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

  const products = (rows: readonly Numbers[], metric: Exclude<Metric, null | 'identity'> | null): Float64Array => {
    const [first] = rows;
    if (first === undefined) {
      return new Float64Array(0);
    }
    const count = rows.length;
    const pairs = (count * (count + 1)) / 2;
    const columns = metric === null ? 0 : metric.kind === 'elements' ? first.size : BLOCK;
    const sizes = [pairs * DOUBLE, (count + 1) * BLOCK * DOUBLE, columns * DOUBLE];
    const bytes = sizes.reduce((sum, size) => sum + size, count * INTEGER);
    return workbench.borrow(bytes, (start) => {
      const [working, scale] = [start + (sizes[0] ?? 0), start + (sizes[0] ?? 0) + (sizes[1] ?? 0)];
      const addresses = scale + (sizes[2] ?? 0);
      workbench.writeIntegers(addresses, rows.map(address));
      workbench.doubles(start, pairs).fill(0);
      if (metric === null) {
        kernels.gram(addresses, count, first.size, 0, start, working);
      } else if (metric.kind === 'elements') {
        workbench.doubles(scale, first.size).set(metric.diagonal);
        kernels.gram(addresses, count, first.size, scale, start, working);
      } else {
        const { initial, decay, gain, divisor, inside, outside } = metric;
        const moments = metric.moments === null ? 0 : address(metric.moments);
        const gradient = address(metric.gradient);
        kernels.rootGram(
          addresses,
          count,
          first.size,
          start,
          working,
          scale,
          moments,
          initial,
          gradient,
          decay,
          gain,
          divisor,
          inside,
          outside,
        );
      }
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
