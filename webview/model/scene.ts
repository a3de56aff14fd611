import type { Run, ObservedStep } from '../../src/core/run/run.ts';
import type { FeatureUse, SourcePosition, Term, VariableGroup } from '../../src/core/run/record.ts';
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

/** What was found in a run's steps so far: they only grow in number. */
interface Looked {
  steps: number;
  inOrder: boolean;
  last: number;
  /** The terms that any step had, in order of appearance. */
  readonly terms: Set<string>;
}

const lookedAt = new WeakMap<Run, Looked>();

function look(run: Run): Looked {
  const looked = lookedAt.get(run) ?? { steps: 0, inOrder: true, last: -Infinity, terms: new Set<string>() };
  lookedAt.set(run, looked);
  let terms: readonly string[] | null = null;
  for (; looked.steps < run.steps.length; looked.steps++) {
    const step = run.steps[looked.steps];
    const number = step?.step ?? NaN;
    looked.inOrder &&= Number.isFinite(number) && number > looked.last;
    looked.last = number;
    if (step !== undefined && step.terms !== terms) {
      step.terms.forEach((term) => looked.terms.add(term));
      terms = step.terms;
    }
  }
  return looked;
}

/** Observed steps by number. A sound record has them so; a damaged one must not draw lines backwards. */
export function orderSteps(run: Run): readonly ObservedStep[] {
  if (look(run).inOrder) {
    return run.steps;
  }
  const byNumber = new Map(run.steps.filter(({ step }) => Number.isFinite(step)).map((each) => [each.step, each]));
  return [...byNumber.values()].sort((a, b) => a.step - b.step);
}

/** Index of the last step up to `cursor`; of the newest where the cursor is null, of the first where it lies before. */
export function stepAt(steps: readonly ObservedStep[], cursor: number | null): number {
  if (cursor === null) {
    return steps.length - 1;
  }
  const later = steps.findIndex(({ step }) => step > cursor);
  return later === -1 ? steps.length - 1 : Math.max(0, later - 1);
}

/** The graph's terms in its order, then those of its objectives, then those that only earlier steps have. */
export function shownTerms(run: Run): ShownTerm[] {
  const known = new Map(run.graph?.terms.map((term) => [term.id, term]));
  const ofObjectives = run.graph?.objectives.flatMap((objective) => objective.terms) ?? [];
  const ids = new Set([...known.keys(), ...ofObjectives, ...look(run).terms]);
  let tasks = 0;
  return [...ids].map((id) => {
    const term = known.get(id);
    const kind = term?.kind ?? 'task';
    const style = kind === 'task' ? tasks++ : null;
    return { id, name: term?.name ?? id, kind, position: term?.position ?? null, style };
  });
}

/** What a use of a prediction is called in the kept state. */
export const featureKey = ({ of, usedBy }: Pick<FeatureUse, 'of' | 'usedBy'>): string => JSON.stringify([of, usedBy]);

/** A term's name for people. */
export function termName(scene: Scene, id: string): string {
  return scene.terms.find((term) => term.id === id)?.name ?? id;
}

/** A group's label for people. */
export function groupLabel(scene: Scene, id: string): string {
  return scene.groups.find((group) => group.id === id)?.label ?? id;
}
