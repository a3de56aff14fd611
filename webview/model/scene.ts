import type { ObservedStep, ObservedWindow, Run } from '../../src/core/run/run.ts';
import type { FeatureUse, SourcePosition, Term, VariableGroup } from '../../src/core/run/record.ts';
import type { PanelToHost } from '../../src/protocol/panelMessages.ts';
import type { ShownFindings } from '../../src/protocol/shownFindings.ts';
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
  /** What was read at every step, in ascending order; none in a record without windows. */
  readonly windows: readonly ObservedWindow[];
  /** Index of the last observed step up to the one that is looked at; -1 where none was observed. */
  readonly at: number;
  /** Number of the step that is looked at, or null. */
  readonly step: number | null;
  readonly terms: readonly ShownTerm[];
  readonly groups: readonly VariableGroup[];
  /** Null before the host has judged the run. */
  readonly findings: ShownFindings | null;
  readonly ui: UiState;
  /** Grows when the theme or the pixel ratio changes: what is drawn on a canvas must be drawn anew. */
  readonly look: number;
  readonly change: (change: Partial<UiState>) => void;
  readonly send: (message: PanelToHost) => void;
}

/** What was found in a run's steps so far: they only grow in number. */
interface Looked {
  steps: number;
  windows: number;
  inOrder: boolean;
  windowsInOrder: boolean;
  last: number;
  lastWindow: number;
  /** The terms that any step had, in order of appearance. */
  readonly terms: Set<string>;
}

const lookedAt = new WeakMap<Run, Looked>();

function look(run: Run): Looked {
  const looked = lookedAt.get(run) ?? {
    steps: 0,
    windows: 0,
    inOrder: true,
    windowsInOrder: true,
    last: -Infinity,
    lastWindow: -Infinity,
    terms: new Set<string>(),
  };
  lookedAt.set(run, looked);
  for (; looked.steps < run.steps.length; looked.steps++) {
    const step = run.steps[looked.steps];
    looked.inOrder &&= follows(step, looked.last);
    looked.last = step?.step ?? NaN;
    step?.terms.forEach((term) => looked.terms.add(term));
  }
  for (; looked.windows < run.windows.length; looked.windows++) {
    const window = run.windows[looked.windows];
    looked.windowsInOrder &&= follows(window, looked.lastWindow);
    looked.lastWindow = window?.step ?? NaN;
    window?.terms.forEach((term) => looked.terms.add(term));
  }
  return looked;
}

function follows(observed: { readonly step: number } | undefined, last: number): boolean {
  return observed !== undefined && Number.isFinite(observed.step) && observed.step > last;
}

/** Observed steps by number. A sound record has them so; a damaged one must not draw lines backwards. */
export function orderSteps(run: Run): readonly ObservedStep[] {
  return look(run).inOrder ? run.steps : inOrder(run.steps);
}

/** Windows by their last step: those of objectives that take turns overlap. */
export function orderWindows(run: Run): readonly ObservedWindow[] {
  return look(run).windowsInOrder ? run.windows : inOrder(run.windows);
}

function inOrder<T extends { readonly step: number }>(observed: readonly T[]): readonly T[] {
  const byNumber = new Map(observed.filter(({ step }) => Number.isFinite(step)).map((each) => [each.step, each]));
  return [...byNumber.values()].sort((a, b) => a.step - b.step);
}

/** The step that is looked at: the newest of all while the cursor follows it. */
export function stepShown(
  steps: readonly ObservedStep[],
  windows: readonly ObservedWindow[],
  at: number,
  cursor: number | null,
): number | null {
  const [step, window] = [steps[at]?.step, windows.at(-1)?.step];
  return cursor === null || step === undefined ? newerOf(step, window) : step;
}

function newerOf(a: number | undefined, b: number | undefined): number | null {
  return a === undefined ? (b ?? null) : Math.max(a, b ?? a);
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
