import { termsByObjective } from '../../src/core/report/tasks.ts';
import type { Run, ObservedStep } from '../../src/core/run/run.ts';
import type { SourcePosition, Term, VariableGroup } from '../../src/core/run/record.ts';
import type { PanelToHost } from '../../src/protocol/panelMessages.ts';
import type { UiState } from '../uiState.ts';

/** A loss term as every chart shows it: one colour and one dash. */
export interface ShownTerm {
  readonly id: string;
  readonly name: string;
  readonly kind: Term['kind'];
  readonly position: SourcePosition | null;
  /** Index into the colours and dashes; null for the regularisers, which are grey. */
  readonly style: number | null;
}

/** Everything that is needed to draw the panel once. */
export interface Scene {
  readonly run: Run;
  readonly folder: string;
  readonly live: boolean;
  /** Observed steps in ascending order. */
  readonly steps: readonly ObservedStep[];
  /** Index of the step that is looked at; -1 where none was observed. */
  readonly at: number;
  /** Number of that step, or null. */
  readonly step: number | null;
  readonly terms: readonly ShownTerm[];
  readonly groups: readonly VariableGroup[];
  readonly ui: UiState;
  /** Grows when the theme or the pixel ratio changes: what is drawn on a canvas must be drawn anew. */
  readonly look: number;
  readonly change: (change: Partial<UiState>) => void;
  readonly send: (message: PanelToHost) => void;
}

/** Observed steps by number. A sound record has them so; a damaged one must not draw lines backwards. */
export function orderSteps(run: Run): readonly ObservedStep[] {
  const inOrder = run.steps.every(
    ({ line }, i) => Number.isFinite(line.step) && line.step > (run.steps[i - 1]?.line.step ?? -Infinity),
  );
  if (inOrder) {
    return run.steps;
  }
  const byNumber = new Map(
    run.steps.filter(({ line }) => Number.isFinite(line.step)).map((each) => [each.line.step, each]),
  );
  return [...byNumber.values()].sort((a, b) => a.line.step - b.line.step);
}

/** Index of the last step up to `cursor`; of the newest where the cursor is null, of the first where it lies before. */
export function stepAt(steps: readonly ObservedStep[], cursor: number | null): number {
  if (cursor === null) {
    return steps.length - 1;
  }
  const later = steps.findIndex(({ line }) => line.step > cursor);
  return later === -1 ? steps.length - 1 : Math.max(0, later - 1);
}

/** The graph's terms in its order, then those that only earlier steps have. */
export function shownTerms(run: Run): ShownTerm[] {
  const known = new Map(run.graph?.terms.map((term) => [term.id, term]));
  const ids = new Set([...known.keys(), ...termsByObjective(run).map(({ term }) => term)]);
  let tasks = 0;
  return [...ids].map((id) => {
    const term = known.get(id);
    const kind = term?.kind ?? 'task';
    const style = kind === 'task' ? tasks++ : null;
    return { id, name: term?.name ?? id, kind, position: term?.position ?? null, style };
  });
}

/** A term's name for people. */
export function termName(scene: Scene, id: string): string {
  return scene.terms.find((term) => term.id === id)?.name ?? id;
}

/** A group's label for people. */
export function groupLabel(scene: Scene, id: string): string {
  return scene.groups.find((group) => group.id === id)?.label ?? id;
}
