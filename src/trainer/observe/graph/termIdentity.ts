import type { SourcePosition, Term } from '../../../core/run/record.ts';
import { taskNameFrom } from '../../../core/source/index.ts';
import type { SourceNames } from './sourceNames.ts';

/** A loss that was found on the tape, and the user's frames at the op that made it, innermost first. */
export interface UnnamedLoss {
  readonly frames: readonly SourcePosition[];
}

export interface NamedLoss {
  readonly name: string;
  readonly position: SourcePosition | null;
}

/**
 * Names the losses of a loop of one's own by the variable that keeps each, else by its line. Where two come out of one
 * function (a loss defined once, called twice), the frame where they part tells them apart.
 */
export function nameLosses(losses: readonly UnnamedLoss[], names: SourceNames): NamedLoss[] {
  const chosen = losses.map(({ frames }, index) => {
    const others = losses.filter((_, other) => other !== index);
    const parting = frames.findIndex(
      (frame, depth) =>
        !others.some((other) => other.frames[depth] !== undefined && samePlace(other.frames[depth], frame)),
    );
    return frames[Math.max(parting, 0)] ?? null;
  });
  const given = chosen.map((position, index) => {
    const name = position === null ? null : names.nameAt(position);
    return name === null ? fallback(position, index) : taskNameFrom(name);
  });
  return given.map((name, index) => {
    const twins = given.filter((other, before) => other === name && before < index).length;
    return { name: twins === 0 ? name : `${name} ${twins + 1}`, position: chosen[index] ?? null };
  });
}

function fallback(position: SourcePosition | null, index: number): string {
  return position === null ? `loss ${index + 1}` : `loss at ${position.file}:${position.line}`;
}

function samePlace(a: SourcePosition, b: SourcePosition): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

/** What makes two terms one and the same over steps and objectives. */
export function termKey(from: Term['from'], owner: string, name: string, position: SourcePosition | null): string {
  return from === 'tape' && position !== null
    ? `tape ${position.file}:${position.line}:${position.column} ${name}`
    : `${from} ${owner} ${name}`;
}
