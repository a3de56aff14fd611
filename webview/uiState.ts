/** What the page itself holds, and keeps over a reload: how the run is looked at, never the run. */
export interface UiState {
  /** The run that `cursor`, `group`, `opened` and `whatIf` belong to. */
  readonly run: string | null;
  /** The runs that are compared, the reference first; none where one run is shown. */
  readonly compared: readonly string[];
  /** The step that is looked at; null follows the newest. */
  readonly cursor: number | null;
  readonly lossScale: 'log' | 'linear';
  readonly lossField: 'raw' | 'weighted' | 'relative';
  /** The group whose gradient norms are drawn over the steps; null takes the first. */
  readonly group: string | null;
  /** Charts whose table is shown. */
  readonly tables: readonly string[];
  /** Parts of the findings that are open. */
  readonly opened: readonly string[];
  /** Feature uses that are looked at as if they were cut. */
  readonly whatIf: readonly string[];
}

export const firstState: UiState = {
  run: null,
  compared: [],
  cursor: null,
  lossScale: 'log',
  lossField: 'raw',
  group: null,
  tables: [],
  opened: [],
  whatIf: [],
};

/** The kept state, field by field; what an older version wrote otherwise is as at first. */
export function restoreState(kept: unknown): UiState {
  if (typeof kept !== 'object' || kept === null) {
    return firstState;
  }
  const state: Readonly<Record<string, unknown>> = { ...kept };
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
  const { cursor, lossField } = state;
  return {
    run: text(state.run),
    compared: texts(state.compared),
    cursor: typeof cursor === 'number' && Number.isFinite(cursor) ? cursor : null,
    lossScale: state.lossScale === 'linear' ? 'linear' : 'log',
    lossField: lossField === 'weighted' || lossField === 'relative' ? lossField : 'raw',
    group: text(state.group),
    tables: texts(state.tables),
    opened: texts(state.opened),
    whatIf: texts(state.whatIf),
  };
}

/** The state for another run: what belonged to the one before is forgotten. */
export function stateForRun(state: UiState, run: string): UiState {
  return state.run === run ? state : { ...state, run, compared: [], cursor: null, group: null, opened: [], whatIf: [] };
}

/** The same for a comparison. */
export function stateForComparison(state: UiState, compared: readonly string[]): UiState {
  const as = JSON.stringify(state.compared) === JSON.stringify(compared);
  return as ? state : { ...firstState, lossScale: state.lossScale, compared };
}
