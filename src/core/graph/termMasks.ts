import type { LossGraph } from './lossGraph.ts';

/**
 * Which loss terms each tensor leads to, as a bit set: bit k for term k. Tensors that lead to none are absent.
 * @param leaves Per term the tensors whose gradient is the term's: one loss, or several regularisers.
 */
export function termMasks(
  nodes: LossGraph['nodes'],
  leaves: readonly (readonly number[])[],
): ReadonlyMap<number, bigint> {
  const masks = new Map<number, bigint>();
  const add = (tensor: number, mask: bigint): void => void masks.set(tensor, (masks.get(tensor) ?? 0n) | mask);
  for (const [term, tensors] of leaves.entries()) {
    for (const tensor of tensors) {
      add(tensor, 1n << BigInt(term));
    }
  }
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    let mask = 0n;
    for (const output of node?.outputs ?? []) {
      mask |= masks.get(output) ?? 0n;
    }
    if (mask !== 0n) {
      for (const input of node?.inputs ?? []) {
        add(input, mask);
      }
    }
  }
  return masks;
}

/** True where exactly one term is in the set. */
export function isSingle(mask: bigint): boolean {
  return mask !== 0n && (mask & (mask - 1n)) === 0n;
}

/** The terms in the set, in order. */
export function termsIn(mask: bigint): number[] {
  const terms: number[] = [];
  for (let term = 0, rest = mask; rest !== 0n; term++, rest >>= 1n) {
    if ((rest & 1n) === 1n) {
      terms.push(term);
    }
  }
  return terms;
}
