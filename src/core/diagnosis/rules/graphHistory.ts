import type { Cut, GraphLine, Path, SourcePosition } from '../../run/record.ts';
import type { RunView } from '../runView.ts';

/** The step of the first graph line from which on, up to the newest, something holds; null: it does not hold now. */
export function holdsSince({ graphs }: RunView, holds: (graph: GraphLine) => boolean): number | null {
  const last = graphs.findLastIndex((graph) => !holds(graph));
  return graphs[last + 1]?.step ?? null;
}

/** A cut's id counts within one graph; its kind and place are what stays. */
export function hasCut({ cuts }: GraphLine, { kind, op, layer, position }: Cut): boolean {
  return cuts.some(
    (cut) => cut.kind === kind && cut.op === op && cut.layer === layer && placeOf(cut.position) === placeOf(position),
  );
}

export function hasPath({ paths }: GraphLine, { task, group, state }: Path): boolean {
  return paths.some((path) => path.task === task && path.group === group && path.state === state);
}

/** `file:line:column`; empty where it is not known. */
export function placeOf(position: SourcePosition | null): string {
  return position === null ? '' : `${position.file}:${position.line}:${position.column}`;
}
