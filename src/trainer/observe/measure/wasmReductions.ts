import type { Workbench } from '../../backend/wasm/fast/workbench.ts';
import type { Numbers } from '../tape/engineInternals.ts';
import type { Metric } from './optimizerMetric.ts';
import type { Reductions, RowProducts } from './reductions.ts';

const DOUBLE = 8;
const INTEGER = 4;
/** Numbers of each row that the kernels work on at once; kernels/gram.ts says the same. */
const BLOCK = 256;

/** Reduces the numbers in the wasm backend's own memory: nothing is copied to JavaScript but the results. */
export function wasmReductions(workbench: Workbench): Reductions {
  const { kernels } = workbench;
  const address = (x: Numbers): number => workbench.address(x);

  const gram = (rows: readonly Numbers[]): Float64Array => {
    const [pairs, sizes] = roomFor(rows, []);
    return workbench.borrow(total(sizes), (start) => {
      const [working, addresses] = placesIn(start, sizes);
      workbench.writeIntegers(addresses, rows.map(address));
      workbench.doubles(start, pairs).fill(0);
      kernels.gram(addresses, rows.length, rows[0]?.size ?? 0, start, working);
      return workbench.doubles(start, pairs).slice();
    });
  };

  const grams = (rows: readonly Numbers[], metric: Exclude<Metric, null | 'identity'>): RowProducts => {
    const size = rows[0]?.size ?? 0;
    // The squares of the metric, and the products in it.
    const columns = metric.kind === 'elements' ? size + 4 : BLOCK;
    const [pairs, sizes] = roomFor(rows, [columns * DOUBLE]);
    return workbench.borrow(total(sizes) + pairs * DOUBLE, (first) => {
      const metricTo = first;
      const start = first + pairs * DOUBLE;
      const [working, squares, addresses] = placesIn(start, sizes);
      workbench.writeIntegers(addresses, rows.map(address));
      workbench.doubles(first, 2 * pairs).fill(0);
      if (metric.kind === 'elements') {
        const numbers = workbench.doubles(squares, columns);
        numbers.fill(0, size);
        metric.diagonal.forEach((scale, k) => (numbers[k] = scale * scale));
        kernels.grams(addresses, rows.length, size, squares, start, metricTo, working);
      } else {
        const { initial, decay, gain, divisor, inside, outside } = metric;
        const moments = metric.moments === null ? 0 : address(metric.moments);
        const gradient = address(metric.gradient);
        kernels.rootGrams(
          addresses,
          rows.length,
          size,
          start,
          metricTo,
          working,
          squares,
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
      return {
        gram: workbench.doubles(start, pairs).slice(),
        metricGram: workbench.doubles(metricTo, pairs).slice(),
      };
    });
  };

  return {
    read: (x, to) => workbench.copy(address(x), to),
    squaredNorm: (x) => kernels.squaredNorm(address(x), x.size),
    aliveUnits: (x, units) =>
      workbench.borrow(units * INTEGER, (to) => {
        kernels.aliveColumns(address(x), to, x.size / units, units);
        return workbench.integers(to, units).slice();
      }),
    allFinite: (x) => kernels.allFinite(address(x), x.size) !== 0,
    gram,
    grams,
    change: (before, after) =>
      workbench.borrow(2 * DOUBLE, (to) => {
        kernels.change(address(before), address(after), before.size, to);
        const [moved = NaN, size = NaN] = workbench.doubles(to, 2);
        return { moved, size };
      }),
  };
}

/** Of a Gram matrix of rows: its products, and the sizes in bytes of it, of its working memory, of what is asked beside, and of addresses. */
function roomFor(rows: readonly Numbers[], beside: readonly number[]): [pairs: number, sizes: readonly number[]] {
  const count = rows.length;
  const pairs = (count * (count + 1)) / 2;
  return [pairs, [pairs * DOUBLE, (count + 1) * BLOCK * DOUBLE, ...beside, count * INTEGER]];
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The addresses of all but the first, one behind the other. */
function placesIn(start: number, sizes: readonly number[]): [number, number, number] {
  const [first = 0, second = 0, third = 0] = sizes;
  return [start + first, start + first + second, start + first + second + third];
}
