import type { DocumentedFinding } from '../diagnosis/document.ts';
import { depthOf, overheadOf, unwatchedTime, type Depth } from '../run/depth.ts';
import type { RecordProblems } from '../run/readRecord.ts';
import type {
  BackendLine,
  Cut,
  EndLine,
  EventLine,
  FeatureUse,
  HeaderLine,
  Objective,
  Path,
  PlanLine,
  ValidationLine,
  VariableGroup,
} from '../run/record.ts';
import type { Run, RunState } from '../run/run.ts';
import { summariseActivity, type ActivitySummary } from './activity.ts';
import { summariseCosines, type CosineSummary } from './cosines.ts';
import { summariseNorms, type NormSummary } from './norms.ts';
import { summariseBoundary, type BoundarySummary } from './boundary.ts';
import { listSteps, listWindows, type ReportStep, type ReportWindow } from './steps.ts';
import { summariseTasks, type TaskSummary } from './tasks.ts';
import { without } from './without.ts';

/** The form of the report's JSON document; it grows when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/** Everything a run says, as one JSON document. Numbers that JSON lacks stand as in the record: `"NaN"`, `"Infinity"`. */
export interface Report {
  readonly version: number;
  readonly run: Omit<HeaderLine, 'type' | 'version'> & {
    /** The run's folder and the record in it, absolute. */
    readonly folder: string;
    readonly record: string;
    /** Training steps that ran, and those of them that were observed. */
    readonly steps: number;
    readonly observed: number;
    /** What watching has cost, as a fraction of the time that training takes without it; null where it was not measured. */
    readonly overhead: number | null;
    /** How long its steps take without watching, in milliseconds; null where that was not measured. */
    readonly unwatched: number | null;
    /** How often it was looked at in each way; null where the record has no windows and only the header says. */
    readonly depth: Depth | null;
    /** How long it ran, as far as is known. */
    readonly milliseconds: number | null;
    /** Backends that took over from the first. */
    readonly backendChanges: readonly Omit<BackendLine, 'type'>[];
    readonly plan: Omit<PlanLine, 'type'> | null;
  };
  readonly state: {
    readonly state: RunState;
    readonly reason: string;
    readonly exitCode: number | null;
    readonly error: EndLine['error'];
  };
  /** Roots first; see docs/findings. */
  readonly findings: readonly DocumentedFinding[];
  readonly objectives: readonly Objective[];
  readonly tasks: readonly TaskSummary[];
  readonly groups: readonly VariableGroup[];
  readonly norms: readonly NormSummary[];
  /** The tasks' gradients where they first meet; one per objective that was looked at in this way. */
  readonly boundary: readonly BoundarySummary[];
  /** Whether the tasks' gradients agree, per shared group and pair of tasks. */
  readonly cosines: readonly CosineSummary[];
  /** Dead and saturated units, and gates, at the newest step. */
  readonly activity: readonly ActivitySummary[];
  readonly paths: readonly Path[];
  readonly cuts: readonly Cut[];
  readonly features: readonly FeatureUse[];
  readonly validation: readonly Omit<ValidationLine, 'type'>[];
  readonly events: readonly Omit<EventLine, 'type'>[];
  readonly steps: readonly ReportStep[];
  readonly windows: readonly ReportWindow[];
  /** What the record's reader could not use. */
  readonly problems: RecordProblems;
}

export interface ReportSource {
  readonly folder: string;
  readonly record: string;
  readonly problems: RecordProblems;
  /** Whether the trainer still runs, as far as can be told. */
  readonly writerLives: boolean;
  /** What the diagnosis of the run found. */
  readonly findings?: readonly DocumentedFinding[];
}

/** The report of a run whose header was read. */
export function buildReport(run: Run & { readonly header: HeaderLine }, source: ReportSource): Report {
  const { graph, end } = run;
  const state = run.state(source.writerLives);
  return {
    version: REPORT_VERSION,
    run: {
      ...without(run.header, 'type', 'version'),
      folder: source.folder,
      record: source.record,
      steps: run.stepsDone,
      observed: run.steps.length,
      overhead: overheadOf(run),
      unwatched: unwatchedTime(run),
      depth: depthOf(run),
      milliseconds: end?.time ?? run.windows.at(-1)?.time ?? run.steps.at(-1)?.time ?? null,
      backendChanges: run.backends.map((line) => without(line, 'type')),
      plan: run.plan === null ? null : without(run.plan, 'type'),
    },
    state: {
      state,
      reason: end?.reason ?? unendedReason(state),
      exitCode: end?.exitCode ?? null,
      error: end?.error ?? null,
    },
    findings: source.findings ?? [],
    objectives: graph?.objectives ?? [],
    tasks: summariseTasks(run),
    groups: graph?.groups ?? [],
    norms: summariseNorms(run),
    boundary: summariseBoundary(run),
    cosines: summariseCosines(run),
    activity: summariseActivity(run),
    paths: graph?.paths ?? [],
    cuts: graph?.cuts ?? [],
    features: graph?.features ?? [],
    validation: run.validations.map((line) => without(line, 'type')),
    events: run.events.map((line) => without(line, 'type')),
    steps: listSteps(run),
    windows: listWindows(run),
    problems: source.problems,
  };
}

export function hasHeader(run: Run): run is Run & { readonly header: HeaderLine } {
  return run.header !== null;
}

function unendedReason(state: RunState): string {
  return state === 'running'
    ? 'The training is still running.'
    : 'The record ends without saying how the run ended: the trainer was killed or crashed.';
}
