import type { HalvesLine, StepLine, WindowLine } from '../record.ts';
import { partOf, valueOf, type Structure } from './structure.ts';

/** The lines of which a record has thousands. */
export type ManyLine = StepLine | WindowLine | HalvesLine;

/** A line in little memory: its numbers, and a structure that it shares with others. */
export class PackedLine<L extends ManyLine = ManyLine> {
  constructor(
    readonly type: L['type'],
    private readonly structure: Structure,
    private readonly numbers: Float64Array,
  ) {}

  /** The whole line, made anew at every call. */
  get line(): L {
    // It was packed from one.
    return valueOf(this.structure, this.numbers) as L;
  }

  /** What stands at the end of a way of keys and indices, made without the rest of the line. */
  at(...way: readonly (string | number)[]): unknown {
    let part: Structure | undefined = this.structure;
    for (const key of way) {
      part = part === undefined ? undefined : partOf(part, key);
    }
    return part === undefined ? undefined : valueOf(part, this.numbers);
  }

  /** The keys of the object at the end of a way. */
  keysAt(key: string): readonly string[] {
    const part = partOf(this.structure, key);
    return part?.kind === 'fields' ? part.keys : [];
  }
}
