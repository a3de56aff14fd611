/** Our wasm, tfjs-node, tfjs's plain JavaScript. */
export type Candidate = 'wasm' | 'node' | 'cpu';

/** What `auto` begins with, in this order: the first that works. This file is the one place that says which backend is preferred. */
export const AUTO_ORDER: readonly Candidate[] = ['wasm', 'node', 'cpu'];

/**
 * So many multiply-adds in the forward pass of the first training step, and `auto` goes on with tfjs-node from the second one.
 *
 * Each op costs tfjs-node some 50 microseconds, however little it computes, and it computes faster: so it loses with small models and
 * wins with large ones. Its time for a step over that of our wasm, on two cores (`npm run bench -- native`, docs/performance.md):
 *
 * | model                                         | million multiply-adds | time |
 * |-----------------------------------------------|----------------------:|-----:|
 * | GRU 32, 20 steps, batch 32                    |                     4 | 3.48 |
 * | dense 64 → 3 × 256, batch 256                 |                    54 | 1.57 |
 * | convolutions, 28 × 28, batch 32               |                    80 | 1.19 |
 * | convolutions, 64 × 64 × 3, batch 32           |                   970 | 0.48 |
 * | LSTM 256, 40 steps, batch 64                  |                 1,000 | 0.81 |
 * | dense 64 → 3 × 1024, batch 512                |                 1,240 | 0.35 |
 *
 * The bound was 300 million by these. Two dense models that were measured afterwards, of 177 and 754 million, took 0.89 and 0.50 of the
 * time: so it went down. The step is counted and never timed, so that a run repeats to the bit.
 */
export const NATIVE_FROM = 150_000_000;
