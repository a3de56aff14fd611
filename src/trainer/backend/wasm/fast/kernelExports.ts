/** What kernels/index.ts exports. Addresses and counts are numbers; the meaning of each stands beside its source. */
export interface KernelExports {
  multiplyMemory(m: number, n: number, k: number): number;
  multiply(
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    transposeA: boolean,
    transposeB: boolean,
    accumulate: boolean,
    working: number,
  ): void;
  sumRows(x: number, to: number, rows: number, columns: number): void;
  finishRows(to: number, bias: number, rows: number, columns: number, floor: number): void;
  gram(rows: number, count: number, length: number, to: number, working: number): void;
  grams(
    rows: number,
    count: number,
    length: number,
    squares: number,
    to: number,
    metricTo: number,
    working: number,
  ): void;
  rootGrams(
    rows: number,
    count: number,
    length: number,
    to: number,
    metricTo: number,
    working: number,
    squares: number,
    moments: number,
    initial: number,
    gradient: number,
    decay: number,
    gain: number,
    divisor: number,
    inside: number,
    outside: number,
  ): void;
  squaredNorm(x: number, length: number): number;
  aliveColumns(x: number, to: number, rows: number, columns: number): void;
  allFinite(x: number, length: number): number;
  change(before: number, after: number, length: number, to: number): void;
  collectPatches: PatchKernel;
  scatterPatches: PatchKernel;
  depthwiseInputGradient: DepthwiseKernel;
  depthwiseFilterGradient: DepthwiseKernel;
  maxPoolGradient(input: number, dy: number, dx: number, images: number, ...geometry: Geometry): void;
  segmentSums(
    x: number,
    ids: number,
    to: number,
    rows: number,
    width: number,
    segments: number,
    areIntegers: boolean,
    columnsAtOnce: number,
    working: number,
  ): void;
}

/** What a filter or a pool's window sees, in the order in which the kernels take it. */
export type Geometry = [
  inHeight: number,
  inWidth: number,
  channels: number,
  filterHeight: number,
  filterWidth: number,
  outHeight: number,
  outWidth: number,
  strideHeight: number,
  strideWidth: number,
  padTop: number,
  padLeft: number,
];

type PatchKernel = (
  image: number,
  patches: number,
  ...geometryAndLines: [...Geometry, firstLine: number, lines: number]
) => void;

/** The first two addresses are read, the third is written. */
type DepthwiseKernel = (
  first: number,
  second: number,
  to: number,
  working: number,
  filters: number,
  ...geometry: Geometry
) => void;
