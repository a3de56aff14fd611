import { isSingle, termsIn } from '../../../core/graph/termMasks.ts';
import type { Reductions } from '../measure/reductions.ts';
import type { TermWalk } from '../measure/combinedGradients.ts';
import type { TermNode } from '../graph/termStructure.ts';
import { walkBack, type GradientMap } from '../tape/backwardWalk.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import type { NodeOrigin } from '../tape/forwardTrace.ts';
import { isBroken, opName, type Birthplace } from './birthplace.ts';

/**
 * Walks back once more, and looks at what every op hands on, until the first gradient that is not finite although what it was
 * made from is. Null where it is born between ops, when gradients are added. Call it inside a tidy.
 * @param origins Who made each node of the tape.
 */
export function searchBackward(
  engine: EngineInternals,
  reductions: Reductions,
  { nodes, total, dy }: TermWalk,
  origins: readonly NodeOrigin[],
): Birthplace | null {
  const found: Birthplace[] = [];
  const sound = new Set<TermNode>();
  engine.tidy(() => {
    const start = dy ?? engine.makeTensor(new Float32Array(total.size).fill(1), total.shape, 'float32');
    const gradients: GradientMap = new Map([[total.id, start]]);
    walkBack<TermNode>(engine, nodes, gradients, {
      enter: (node, map) => {
        const entering = found.length > 0 ? [] : node.node.outputs.flatMap(({ id }) => map.get(id) ?? []);
        if (entering.length > 0 && !entering.some((gradient) => isBroken(reductions, gradient))) {
          sound.add(node);
        }
        return found.length === 0;
      },
      contribute: (node, _, gradient) => {
        if (found.length === 0 && sound.has(node) && isBroken(reductions, gradient)) {
          const origin = origins[node.tapeIndex];
          found.push({
            phase: 'backward',
            op: opName(node.node.kernelName, origin),
            layer: origin?.layer?.name ?? null,
            variable: null,
            origin,
            term: isSingle(node.mask) ? (termsIn(node.mask)[0] ?? null) : null,
          });
        }
      },
    });
  });
  return found[0] ?? null;
}
