import type { MarkedRange } from '../markers.ts';
import { RIGHT_SYMPTOMS, type BaselineName } from '../baselines/baseline.ts';
import type { FoundFinding, Outcome } from './outcome.ts';
import type { Expected, Variant } from './variant.ts';

/** How a seeded fault fared. */
export interface Score {
  /** A finding of an expected rule is there, at any place among the findings. */
  readonly detected: boolean;
  /** The first of all findings has an expected rule. */
  readonly firstRight: boolean;
  /** The first finding is right, names the task, and points at the guilty expression's lines or names its layer. */
  readonly localised: boolean;
  /** … and the expression that it covers is the marked one, to the character. */
  readonly exactly: boolean;
  /** Any finding of severity warning or above. */
  readonly alarm: boolean;
  /** The step since which the expected finding holds. */
  readonly since: number | null;
}

export function score({ findings }: Outcome, expected: Expected): Score {
  const isExpected = ({ rule }: FoundFinding): boolean => expected.rules.includes(rule);
  const [first] = findings;
  const firstRight = first !== undefined && isExpected(first);
  const localised = firstRight && namesTask(first, expected) && pointsThere(first, expected);
  const found = findings.filter(isExpected);
  return {
    detected: found.length > 0,
    firstRight,
    localised,
    exactly: localised && expected.ranges.some((range) => covers(first, range)),
    alarm: raisesAlarm(findings),
    since: found.length === 0 ? null : Math.min(...found.map(({ since }) => since)),
  };
}

/** A healthy run must have none of these. */
export function raisesAlarm(findings: readonly FoundFinding[]): boolean {
  return findings.some(({ severity }) => severity !== 'information');
}

function namesTask({ tasks }: FoundFinding, expected: Expected): boolean {
  return expected.tasks.length === 0 || expected.tasks.some((task) => tasks.includes(task));
}

function pointsThere({ position, range, message }: FoundFinding, { ranges, names }: Expected): boolean {
  const lines =
    range === null ? (position === null ? null : [position.line, position.line]) : [range.line, range.endLine];
  const [from, to] = lines ?? [];
  const hits = ranges.some(
    ({ start, end }) => from !== undefined && to !== undefined && from <= end.line && to >= start.line,
  );
  return hits || names.some((name) => new RegExp(`\\b${name}\\b`).test(message));
}

function covers({ range }: FoundFinding, { start, end }: MarkedRange): boolean {
  return (
    range?.line === start.line &&
    range.column === start.column &&
    range.endLine === end.line &&
    range.endColumn === end.column
  );
}

/** Of a run with a fault: whether a baseline fired, and whether what it fired first could have led to the fault. */
export function scoreBaseline(
  { kind }: Variant,
  { baselines }: Outcome,
  name: BaselineName,
): { readonly detected: boolean; readonly firstRight: boolean; readonly since: number | null } {
  const [first] = baselines[name];
  return {
    detected: first !== undefined,
    firstRight: first !== undefined && (RIGHT_SYMPTOMS[kind] ?? []).includes(first.symptom),
    since: first?.step ?? null,
  };
}

/** Whether an advice comes within a factor of three of what undoes the fault; null where the fault has no such factor. */
export function advises({ kind }: Variant, { findings }: Outcome): boolean | null {
  const within = (value: number, right: number): boolean => Math.abs(Math.log(value / right)) <= Math.log(3);
  const changes = findings.flatMap((finding) => finding.changes);
  switch (kind) {
    case 'rateTimes100':
      return changes.some((change) => change.of === 'learningRate' && within(change.factor, 1 / 100));
    case 'rateOver1000':
      return changes.some((change) => change.of === 'learningRate' && within(change.factor, 1000));
    case 'labelsTimes100':
      return changes.some(
        (change) => change.of === 'target' || (change.of === 'weight' && within(change.factor, 1e-4)),
      );
    default:
      return null;
  }
}
