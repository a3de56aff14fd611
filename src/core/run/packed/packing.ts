import { PackedLine, type ManyLine } from './packedLine.ts';
import { matches, structureOf, type Structure } from './structure.ts';

/** A run has a structure for every graph, and a few more where numbers are none: of more, only the last are looked for. */
const LOOKED_FOR = 24;

interface Known {
  readonly structure: Structure;
  /** Filled anew at every comparison. */
  readonly numbers: Float64Array;
}

/** Packs lines, and knows structures that it has met. */
export class Packing {
  /** By type; the one met last first. */
  readonly #known = new Map<string, Known[]>();

  /**
   * The value as a packed line, where a line of its structure was packed before; else null. Whether a line has the form that its
   * type promises is a matter of its structure alone: what is known here need not be checked again.
   */
  packKnown(type: ManyLine['type'], value: unknown): PackedLine | null {
    const known = this.#known.get(type) ?? [];
    for (let i = 0; i < known.length; i++) {
      const each = known[i];
      if (each !== undefined && matches(each.structure, value, each.numbers)) {
        if (i > 0) {
          known.splice(i, 1);
          known.unshift(each);
        }
        return new PackedLine(type, each.structure, each.numbers.slice());
      }
    }
    return null;
  }

  /** A line whose form was checked. */
  pack(line: ManyLine): PackedLine {
    return this.packKnown(line.type, line) ?? this.#learn(line);
  }

  #learn(line: ManyLine): PackedLine {
    const numbers: number[] = [];
    const structure = structureOf(line, numbers);
    const known = this.#known.get(line.type) ?? [];
    this.#known.set(line.type, known);
    known.unshift({ structure, numbers: new Float64Array(numbers.length) });
    known.length = Math.min(known.length, LOOKED_FOR);
    return new PackedLine(line.type, structure, Float64Array.from(numbers));
  }
}

/** Whether lines of this type are packed. */
export function isMany(type: string): type is ManyLine['type'] {
  return type === 'step' || type === 'window' || type === 'halves';
}
