import { toNumber } from './numbers.ts';
import { RecordReader, type RecordProblems } from './readRecord.ts';
import type {
  BackendLine,
  EndLine,
  EndState,
  EventLine,
  GraphLine,
  HeaderLine,
  PlanLine,
  RecordedNumber,
  RecordLine,
  StepLine,
  ValidationLine,
  HalvesLine,
  WindowLine,
} from './record.ts';

/** `cut short`: the record ends without saying how the run ended, and nobody writes it any more. */
export type RunState = 'running' | EndState | 'cut short';

/** An observed step and the loss terms that its `loss` runs over: those of the newest graph before it that names its objective. */
export interface ObservedStep {
  readonly line: StepLine;
  /** Term ids; empty where no such graph was recorded. */
  readonly terms: readonly string[];
}

/** One value of a series. NaN and the infinities are numbers here; what was not measured has no point. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

export type LossField = keyof StepLine['loss'][number];

/** A recorded run, built line by line, so that it can be shown while it grows. */
export class Run {
  header: HeaderLine | null = null;
  /** The newest plan: the training call that is running, or ran last. */
  plan: PlanLine | null = null;
  /** Backends that took over from the header's, in order. */
  readonly backends: BackendLine[] = [];
  /** The newest graph, which replaces the earlier ones. */
  graph: GraphLine | null = null;
  graphs = 0;
  readonly steps: ObservedStep[] = [];
  readonly windows: WindowLine[] = [];
  readonly halves: HalvesLine[] = [];
  readonly validations: ValidationLine[] = [];
  readonly events: EventLine[] = [];
  end: EndLine | null = null;
  readonly #termsOf = new Map<string, readonly string[]>();

  add(line: RecordLine): void {
    switch (line.type) {
      case 'header':
        this.header = line;
        break;
      case 'plan':
        this.plan = line;
        break;
      case 'backend':
        this.backends.push(line);
        break;
      case 'graph':
        this.#replaceGraph(line);
        break;
      case 'step':
        this.steps.push({ line, terms: this.#termsOf.get(line.objective) ?? [] });
        break;
      case 'window':
        this.windows.push(line);
        break;
      case 'halves':
        this.halves.push(line);
        break;
      case 'validation':
        this.validations.push(line);
        break;
      case 'event':
        this.events.push(line);
        break;
      case 'end':
        this.end = line;
        break;
    }
  }

  /** `writerLives`: whether somebody may still append to the record. */
  state(writerLives: boolean): RunState {
    return this.end?.state ?? (writerLives ? 'running' : 'cut short');
  }

  /** Training steps that are known to have run, observed or not. */
  get stepsDone(): number {
    return this.end?.steps ?? Math.max(0, ...this.steps.slice(-1).map(({ line }) => line.step), this.plan?.step ?? 0);
  }

  /** The backend in force at the end of what was read. */
  get backend(): string | null {
    return this.backends.at(-1)?.name ?? this.header?.backend.name ?? null;
  }

  /** Where a loss term is a task, its name; the id where no graph names it. */
  termName(id: string): string {
    return this.graph?.terms.find((term) => term.id === id)?.name ?? id;
  }

  /** One figure of one loss term over the run, in one objective or in all that have the term. */
  lossSeries(term: string, field: LossField, objective?: string): Point[] {
    return this.#series(objective, ({ line, terms }) => line.loss[terms.indexOf(term)]?.[field]);
  }

  /** A loss term's gradient norm in a group, or its share of the group's update (0 to 1 where no task works against). */
  groupSeries(group: string, term: string, field: 'norm' | 'share', objective?: string): Point[] {
    return this.#series(objective, ({ line }) => {
      const measure = line.groups[group];
      return measure?.[field]?.[measure.terms.indexOf(term)];
    });
  }

  /** A figure of a whole group: the norm of the update's gradient, or the ratio of update to weights. */
  updateSeries(group: string, field: 'total' | 'updateRatio', objective?: string): Point[] {
    return this.#series(objective, ({ line }) => line.groups[group]?.[field]);
  }

  #series(objective: string | undefined, pick: (step: ObservedStep) => RecordedNumber | null | undefined): Point[] {
    const points: Point[] = [];
    for (const step of this.steps) {
      const value = objective === undefined || step.line.objective === objective ? pick(step) : null;
      if (value !== null && value !== undefined) {
        points.push({ step: step.line.step, value: toNumber(value) });
      }
    }
    return points;
  }

  #replaceGraph(line: GraphLine): void {
    this.graph = line;
    this.graphs++;
    // An objective that the new graph does not name any more keeps the terms it had.
    for (const { id, terms } of line.objectives) {
      this.#termsOf.set(id, terms);
    }
  }
}

/** Reads a whole record at once. Never throws; see `RecordReader`. */
export function readRun(record: string | Uint8Array): { readonly run: Run; readonly problems: RecordProblems } {
  const reader = new RecordReader();
  const run = new Run();
  for (const line of reader.push(record)) {
    run.add(line);
  }
  for (const line of reader.finish()) {
    run.add(line);
  }
  return { run, problems: reader.problems };
}
