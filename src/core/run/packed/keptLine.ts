import type { RecordLine } from '../record.ts';
import { PackedLine, type ManyLine } from './packedLine.ts';
import { isMany, type Packing } from './packing.ts';

/** A line as a reader keeps it: packed where a record has thousands of its type. */
export type KeptLine = Exclude<RecordLine, ManyLine> | PackedLine;

/** The line in little memory. */
export function kept(line: RecordLine, packing: Packing): KeptLine {
  return isManyLine(line) ? packing.pack(line) : line;
}

/** The line as the record has it. */
export function unpacked(line: KeptLine): RecordLine {
  return line instanceof PackedLine ? line.line : line;
}

function isManyLine(line: RecordLine): line is ManyLine {
  return isMany(line.type);
}
