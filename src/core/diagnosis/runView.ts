import type { FactLine, FactName } from '../run/facts/factLine.ts';
import type {
  EventLine,
  GraphLine,
  Objective,
  SourcePosition,
  Term,
  ValidationLine,
  VariableGroup,
} from '../run/record.ts';
import type { HalvesLine } from '../run/windowLine.ts';
import type { LossField, ObservedStep, ObservedWindow, Point, Run } from '../run/run.ts';

/** What the views of one run share: everything is worked out once, and cut off at each view's step. */
class Series {
  readonly graphs: readonly GraphLine[];
  readonly halves: readonly HalvesLine[];
  readonly #points = new Map<string, readonly Point[]>();

  constructor(readonly run: Run) {
    this.graphs = run.lines.filter((line) => line.type === 'graph');
    this.halves = run.halves.map(({ line }) => line);
  }

  points(key: string, make: () => readonly Point[]): readonly Point[] {
    const known = this.#points.get(key) ?? make();
    this.#points.set(key, known);
    return known;
  }
}

/** A run as it was known at a step: what rules look at. Make a new one when the run has grown. */
export class RunView {
  readonly #series: Series;

  constructor(
    readonly run: Run,
    /** Nothing later than this step is seen. */
    readonly upTo: number = Infinity,
    series: Series = new Series(run),
  ) {
    this.#series = series;
  }

  /** The same run as it was known at an earlier step. */
  at(step: number): RunView {
    return new RunView(this.run, step, this.#series);
  }

  /** Training steps that are known to have run. */
  get stepsDone(): number {
    return Math.min(this.upTo, this.run.stepsDone);
  }

  /** All graphs so far, the newest last: a later one replaces those before. */
  get graphs(): readonly GraphLine[] {
    return upTo(this.#series.graphs, this.upTo);
  }

  get graph(): GraphLine | null {
    return this.graphs.at(-1) ?? null;
  }

  /** Loss terms that are tasks. */
  get tasks(): readonly Term[] {
    return this.graph?.terms.filter(({ kind }) => kind === 'task') ?? [];
  }

  get objectives(): readonly Objective[] {
    return this.graph?.objectives ?? [];
  }

  get groups(): readonly VariableGroup[] {
    return this.graph?.groups ?? [];
  }

  /** Deeply observed steps. */
  get steps(): readonly ObservedStep[] {
    return upTo(this.run.steps, this.upTo);
  }

  get windows(): readonly ObservedWindow[] {
    return upTo(this.run.windows, this.upTo);
  }

  get halves(): readonly HalvesLine[] {
    return upTo(this.#series.halves, this.upTo);
  }

  get validations(): readonly ValidationLine[] {
    return upTo(this.run.validations, this.upTo);
  }

  get events(): readonly EventLine[] {
    return upTo(this.run.events, this.upTo);
  }

  facts<Name extends FactName>(fact: Name): readonly FactLine<Name>[] {
    const isMeant = (line: FactLine): line is FactLine<Name> & FactLine => line.fact === fact;
    return upTo(this.run.facts, this.upTo).filter(isMeant);
  }

  /** The newest fact of each task, objective, layer and place. */
  newestFacts<Name extends FactName>(fact: Name): readonly FactLine<Name>[] {
    const newest = new Map(
      this.facts(fact).map((line) => [JSON.stringify([line.objective, line.task, line.layer, line.position]), line]),
    );
    return [...newest.values()];
  }

  /** See `Run.lossSeries`; of a window of steps, the mean at its last step. */
  lossSeries(term: string, field: LossField, objective?: string): readonly Point[] {
    return this.#cut(`loss ${term} ${field} ${objective ?? ''}`, () => this.run.lossSeries(term, field, objective));
  }

  /** See `Run.groupSeries`. */
  groupSeries(group: string, term: string, field: 'norm' | 'share', objective?: string): readonly Point[] {
    const key = `group ${group} ${term} ${field} ${objective ?? ''}`;
    return this.#cut(key, () => this.run.groupSeries(group, term, field, objective));
  }

  /** See `Run.updateSeries`. */
  updateSeries(group: string, field: 'total' | 'updateRatio', objective?: string): readonly Point[] {
    const key = `update ${group} ${field} ${objective ?? ''}`;
    return this.#cut(key, () => this.run.updateSeries(group, field, objective));
  }

  /** Norm of a task's weighted gradient at the shared boundary, at each window that was looked at. */
  boundarySeries(term: string, objective?: string): readonly Point[] {
    return this.#cut(`boundary ${term} ${objective ?? ''}`, () =>
      this.run.windows.flatMap((window) => {
        const spread = objective === undefined || window.objective === objective ? window.boundaryNorm(term) : null;
        return spread === null ? [] : [{ step: window.step, value: spread.mean }];
      }),
    );
  }

  nameOf(term: string): string {
    return this.graph?.terms.find(({ id }) => id === term)?.name ?? term;
  }

  labelOf(group: string): string {
    return this.groups.find(({ id }) => id === group)?.label ?? group;
  }

  /** Where a task's loss stands. */
  placeOf(term: string): SourcePosition | null {
    return this.graph?.terms.find(({ id }) => id === term)?.position ?? null;
  }

  #cut(key: string, make: () => readonly Point[]): readonly Point[] {
    return upTo(this.#series.points(key, make), this.upTo);
  }
}

/** Those at or before a step, of a list in the order of steps. */
function upTo<T extends { readonly step: number }>(all: readonly T[], step: number): readonly T[] {
  if (step === Infinity || all.length === 0 || (all.at(-1)?.step ?? 0) <= step) {
    return all;
  }
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.step ?? Infinity) <= step) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return all.slice(0, low);
}
