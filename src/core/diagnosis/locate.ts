import type { SourcePosition } from '../run/record.ts';
import type { Run } from '../run/run.ts';
import { ignoreComments, isIgnored, type IgnoreComments } from '../source/ignoreComments.ts';
import type { SourceRange } from '../source/expressionAt.ts';
import type { ParsedSource } from '../source/parseSource.ts';
import { rangeOfFinding } from '../source/rangeOfFinding.ts';
import type { Expression, Finding } from './finding.ts';

/** Where a finding stands in the source as it was read, and whether a comment there ignores it. */
export interface Located {
  readonly range: SourceRange | null;
  readonly ignored: boolean;
}

/** A source file of a run, as it is now. */
export interface ReadSource {
  readonly source: ParsedSource;
  /** It was edited since the run: recorded places may be others' now, so none is looked for, and no comment for one line counts. */
  readonly edited: boolean;
}

/**
 * Where to show a finding: at its cause; where that is not known, at the loss of its first task that has a place, else at the call
 * that trains. Null where the run has none of them.
 */
export function placeToShow({ position, tasks }: Finding, { graph, plan }: Run): SourcePosition | null {
  const losses = tasks.map((task) => graph?.terms.find(({ id }) => id === task)?.position ?? null);
  const calls = [...(graph?.objectives ?? []), plan].map((each) => each?.position ?? null);
  return [position, ...losses, ...calls].find((each) => each !== null) ?? null;
}

type Commented = ReadSource & { readonly comments: IgnoreComments };

/** The names of the tasks of an objective, in the order of the model's outputs. */
export function namesInOrder({ tasks }: Finding, run: Run): string[] {
  const objectives = run.graph?.objectives ?? [];
  const objective = objectives.find(({ terms }) => tasks.some((task) => terms.includes(task))) ?? objectives[0];
  const isTask = (term: string): boolean => run.graph?.terms.find(({ id }) => id === term)?.kind === 'task';
  return (objective?.terms ?? []).filter(isTask).map((term) => run.termName(term));
}

/** An expression with the name of its task, which rules call by its id. */
export function expressionByName(expression: Expression | null, run: Run): Expression | null {
  return expression !== null && 'task' in expression
    ? { ...expression, task: run.termName(expression.task) }
    : expression;
}

/**
 * The findings' places in the source, by id.
 * @param sourceOf a file of the run, named as in its record; null where it cannot be read
 */
export function locate(
  findings: readonly Finding[],
  run: Run,
  sourceOf: (file: string) => ReadSource | null,
): Map<string, Located> {
  const sources = new Map<string, Commented | null>();
  const read = (file: string): Commented | null => {
    const known = sources.get(file);
    if (known !== undefined) {
      return known;
    }
    const found = sourceOf(file);
    const read = found === null ? null : { ...found, comments: ignoreComments(found.source) };
    sources.set(file, read);
    return read;
  };
  return new Map(
    findings.map((finding): [string, Located] => {
      const place = placeToShow(finding, run);
      const file = place === null ? null : read(place.file);
      if (place === null || file === null) {
        return [finding.id, { range: null, ignored: false }];
      }
      if (file.edited) {
        return [finding.id, { range: null, ignored: file.comments.inFile.has(finding.rule) }];
      }
      const expression = place === finding.position ? expressionByName(finding.expression, run) : null;
      const range = rangeOfFinding(file.source, place, expression, namesInOrder(finding, run));
      const places = range === null ? [place] : [place, range];
      return [
        finding.id,
        {
          range: finding.position === null ? null : range,
          ignored: isIgnored(file.source, file.comments, finding.rule, places),
        },
      ];
    }),
  );
}
