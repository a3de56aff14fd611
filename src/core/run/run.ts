import { toNumber } from './numbers.ts';
import { ObservedStep, type LossField } from './observedStep.ts';
import { ObservedWindow } from './observedWindow.ts';
import { kept, type KeptLine } from './packed/keptLine.ts';
import { PackedLine } from './packed/packedLine.ts';
import { Packing } from './packed/packing.ts';
import { RecordReader, type RecordProblems } from './readRecord.ts';
import type {
  BackendLine,
  EndLine,
  EndState,
  EventLine,
  FactLine,
  GraphLine,
  HeaderLine,
  PlanLine,
  RecordedNumber,
  RecordLine,
  ValidationLine,
  HalvesLine,
} from './record.ts';

export { ObservedStep, ObservedWindow, type LossField };

/** `cut short`: the record ends without saying how the run ended, and nobody writes it any more. */
export type RunState = 'running' | EndState | 'cut short';

/** One value of a series. NaN and the infinities are numbers here; what was not measured has no point. */
export interface Point {
  readonly step: number;
  /** Of a window of steps: the mean. */
  readonly value: number;
}

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
  readonly windows: ObservedWindow[] = [];
  readonly halves: PackedLine<HalvesLine>[] = [];
  readonly validations: ValidationLine[] = [];
  readonly events: EventLine[] = [];
  readonly facts: FactLine[] = [];
  end: EndLine | null = null;
  /** Every line, in the record's order. */
  readonly lines: KeptLine[] = [];
  readonly #packing = new Packing();
  /** The last window of each objective. */
  readonly #lastWindow = new Map<string, ObservedWindow>();
  readonly #firstRaw = new Map<string, number>();
  readonly #termsOf = new Map<string, readonly string[]>();

  add(line: RecordLine | KeptLine): void {
    const own = line instanceof PackedLine ? line : kept(line, this.#packing);
    this.lines.push(own);
    if (own instanceof PackedLine) {
      this.#addPacked(own);
      return;
    }
    switch (own.type) {
      case 'header':
        this.header = own;
        break;
      case 'plan':
        this.plan = own;
        break;
      case 'backend':
        this.backends.push(own);
        break;
      case 'graph':
        this.#replaceGraph(own);
        break;
      case 'validation':
        this.validations.push(own);
        break;
      case 'event':
        this.events.push(own);
        break;
      case 'fact':
        this.facts.push(own);
        break;
      case 'end':
        this.end = own;
        break;
    }
  }

  #addPacked(line: PackedLine): void {
    const terms = this.#termsOf.get(line.at('objective') as string) ?? [];
    if (line.type === 'step') {
      this.steps.push(new ObservedStep(line, terms));
    } else if (line.type === 'window') {
      const window = new ObservedWindow(line, terms);
      this.windows.push(window);
      this.#lastWindow.set(window.objective, window);
    } else {
      this.halves.push(line as PackedLine<HalvesLine>);
    }
  }

  /** `writerLives`: whether somebody may still append to the record. */
  state(writerLives: boolean): RunState {
    return this.end?.state ?? (writerLives ? 'running' : 'cut short');
  }

  /** Training steps that are known to have run, observed or not. */
  get stepsDone(): number {
    const windows = [...this.#lastWindow.values()].map(({ step }) => step);
    return this.end?.steps ?? Math.max(0, ...windows, this.steps.at(-1)?.step ?? 0, this.plan?.step ?? 0);
  }

  /** The backend in force at the end of what was read. */
  get backend(): string | null {
    return this.backends.at(-1)?.name ?? this.header?.backend.name ?? null;
  }

  /** Where a loss term is a task, its name; the id where no graph names it. */
  termName(id: string): string {
    return this.graph?.terms.find((term) => term.id === id)?.name ?? id;
  }

  /**
   * One figure of one loss term over the run, in one objective or in all that have the term: of every window, and of the observed
   * steps that are in none yet.
   */
  lossSeries(term: string, field: LossField, objective?: string): Point[] {
    if (field === 'relative' && this.windows.length > 0) {
      const raw = this.lossSeries(term, 'raw', objective);
      const first = this.firstRaw(term);
      return first === null ? [] : raw.map(({ step, value }) => ({ step, value: value / first }));
    }
    const points: Point[] = [];
    if (field !== 'relative') {
      for (const window of this.windows) {
        const spread = isOf(window, objective) ? window.lossOf(term, field) : null;
        if (spread !== null) {
          points.push({ step: window.step, value: spread.mean });
        }
      }
    }
    const all = [
      ...points,
      ...this.#series(objective, (step) => (this.isWindowed(step) ? null : step.lossOf(term, field))),
    ];
    // Objectives that take turns have windows that overlap.
    return points.length === 0 ? all : all.sort((a, b) => a.step - b.step);
  }

  /** The first loss of a term that is finite and not 0; null where there is none yet. */
  firstRaw(term: string): number | null {
    const known = this.#firstRaw.get(term);
    if (known !== undefined) {
      return known;
    }
    for (const { value } of this.lossSeries(term, 'raw')) {
      if (Number.isFinite(value) && value !== 0) {
        this.#firstRaw.set(term, value);
        return value;
      }
    }
    return null;
  }

  /** Whether a window has what an observed step says of the losses. */
  isWindowed({ step, objective }: ObservedStep): boolean {
    return step <= (this.#lastWindow.get(objective)?.step ?? 0);
  }

  /** A loss term's gradient norm in a group, or its share of the group's update (0 to 1 where no task works against). */
  groupSeries(group: string, term: string, field: 'norm' | 'share', objective?: string): Point[] {
    return this.#series(objective, (step) => step.inGroup(group, term, field));
  }

  /** A figure of a whole group: the norm of the update's gradient, or the ratio of update to weights. */
  updateSeries(group: string, field: 'total' | 'updateRatio', objective?: string): Point[] {
    return this.#series(objective, (step) => step.ofGroup(group, field));
  }

  #series(objective: string | undefined, pick: (step: ObservedStep) => RecordedNumber | null | undefined): Point[] {
    const points: Point[] = [];
    for (const step of this.steps) {
      const value = isOf(step, objective) ? pick(step) : null;
      if (value !== null && value !== undefined) {
        points.push({ step: step.step, value: toNumber(value) });
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

function isOf(observed: { readonly objective: string }, objective: string | undefined): boolean {
  return objective === undefined || observed.objective === objective;
}

/** Reads a whole record at once. Never throws; see `RecordReader`. */
export function readRun(record: string | Uint8Array): { readonly run: Run; readonly problems: RecordProblems } {
  const reader = new RecordReader();
  const run = new Run();
  for (const line of reader.read(record)) {
    run.add(line);
  }
  for (const line of reader.readRest()) {
    run.add(line);
  }
  return { run, problems: reader.problems };
}
