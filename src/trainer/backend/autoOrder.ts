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
 * | GRU 32, 20 steps, batch 32                    |                     4 | 3.80 |
 * | dense 64 → 3 × 256, batch 256                 |                    54 | 1.48 |
 * | convolutions, 28 × 28, batch 32               |                    80 | 1.17 |
 * | dense 64 → 3 × 512, batch 256                 |                   177 | 0.90 |
 * | dense 64 → 6 × 512, batch 512                 |                   754 | 0.49 |
 * | convolutions, 64 × 64 × 3, batch 32           |                   970 | 0.48 |
 * | LSTM 256, 40 steps, batch 64                  |                 1,000 | 0.72 |
 * | dense 64 → 3 × 1024, batch 512                |                 1,240 | 0.34 |
 *
 * The step is counted and never timed, so that a run repeats to the bit.
 */
export const NATIVE_FROM = 150_000_000;
