/** tfjs-node, our wasm, tfjs's plain JavaScript. */
export type Candidate = 'node' | 'wasm' | 'cpu';

/**
 * What `auto` tries, in this order: the first that works trains. This is the one place that says which backend is preferred;
 * the figures behind it come from `npm run bench -- native` and stand in docs/performance.md.
 *
 * A backend has to be there before the script runs, and so before its model is known: the order holds for every model.
 * Native comes first because it has every kernel that training needs, threads, and no faults of its own to correct.
 */
export const AUTO_ORDER: readonly Candidate[] = ['node', 'wasm', 'cpu'];
