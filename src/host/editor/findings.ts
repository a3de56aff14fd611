import { formatNames } from '../../core/report/format.ts';
import { whatHappens } from '../../core/report/sections/cuts.ts';
import type { KeptLine } from '../../core/run/packed/keptLine.ts';
import type {
  Cut,
  CutKind,
  GraphLine,
  Path,
  RecordLine,
  SourcePosition,
  VariableGroup,
} from '../../core/run/record.ts';
import { t } from '../text.ts';

/** What kind of finding it is; docs/findings.md has a section for each. */
export type FindingCode = CutKind | 'zero' | 'cut' | 'excluded';

/** Something in a run that is told at the line that causes it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'warning' | 'information';
  readonly position: SourcePosition;
  readonly message: string;
  /** Other places that belong to it. */
  readonly related: readonly { readonly position: SourcePosition; readonly message: string }[];
}

/**
 * What the newest graph of a run says about blocked gradient paths: every cut, every path of zeros or without a way that no
 * cut explains, and every group that a gradient reaches and no optimizer moves. What was declared is information.
 *
 * @param lines the run's lines in order; earlier graph lines tell since when
 */
export function findingsOf(lines: readonly (RecordLine | KeptLine)[]): Finding[] {
  const graphs = lines.filter((line) => line.type === 'graph');
  const graph = graphs.at(-1);
  if (graph === undefined) {
    return [];
  }
  return [
    ...graph.cuts.flatMap((cut) =>
      cutFinding(
        cut,
        graph,
        firstStep(graphs, (each) => hasCut(each, cut)),
      ),
    ),
    ...unexplainedPaths(graph).flatMap((path) =>
      pathFinding(
        path,
        graph,
        firstStep(graphs, ({ paths }) => paths.some((each) => samePath(each, path))),
      ),
    ),
    ...excludedGroups(graph).flatMap((group) =>
      excludedFinding(
        group,
        graph,
        firstStep(graphs, (each) => excludedGroups(each).some(({ id }) => id === group.id)),
      ),
    ),
  ];
}

function cutFinding(cut: Cut, graph: GraphLine, since: number): Finding[] {
  if (cut.position === null) {
    return [];
  }
  const calm = cut.declared || cut.kind === 'passThrough';
  const sentences = [...keptApart(cut, graph), whatHappens[cut.kind](cut.op), ...(calm ? [] : [whatToDo(cut.kind)])];
  const tasks = graph.terms.filter(({ id }) => cut.pairs.some(({ task }) => task === id));
  return [
    {
      code: cut.kind,
      severity: calm ? 'information' : 'warning',
      position: cut.position,
      message: `${sentences.join(' ')} ${sinceStep(since)}`,
      related: tasks.flatMap(({ name, position }) =>
        position === null ? [] : [{ position, message: t('The loss of {0}.', name) }],
      ),
    },
  ];
}

/** Per task, what it is cut from. */
function keptApart(cut: Cut, graph: GraphLine): string[] {
  return [...new Set(cut.pairs.map(({ task }) => task))].flatMap((task) => {
    const groups = (complete: boolean): string =>
      formatNames(
        cut.pairs
          .filter((pair) => pair.task === task && pair.complete === complete)
          .map((pair) => labelOf(graph, pair.group)),
      );
    const [whole, part, name] = [groups(true), groups(false), nameOf(graph, task)];
    if (cut.kind === 'passThrough') {
      return [t('Lies between {0} and {1}.', name, [whole, part].filter((each) => each !== '').join(', '))];
    }
    return [
      ...(whole === '' ? [] : [t('{0} is cut from {1}: it does not train it.', name, whole)]),
      ...(part === ''
        ? []
        : [t('{0} is cut from {1} on this path; another path still carries its gradient.', name, part)]),
    ];
  });
}

function whatToDo(kind: CutKind): string {
  switch (kind) {
    case 'detach':
    case 'variable':
      return t(
        'Keep the values in tensors where the gradient should pass; where the cut is meant, write stopGradient of mtl-debugger.',
      );
    case 'zeroGradient':
    case 'customGradient':
      return t(
        'Take an operation with a slope where the gradient should pass; where the cut is meant, write stopGradient of mtl-debugger.',
      );
    case 'dead':
      return t('Lower the learning rate, or take an activation that never is flat, such as leaky ReLU or ELU.');
    case 'blocked':
      return t('Look at the values that go into it: on the observed batch its slope was 0 everywhere.');
    case 'noGradient':
      return t('Take another operation, or put stopGradient of mtl-debugger before it.');
    case 'stopGradient':
    case 'passThrough':
      return '';
  }
}

/** Paths that carry nothing, where no cut was found that says why. */
function unexplainedPaths({ paths }: GraphLine): Path[] {
  return paths.filter(
    ({ state, declared, cuts }) => !declared && cuts.length === 0 && (state === 'zero' || state === 'cut'),
  );
}

/** Told at the task's loss: where the gradient is lost is not known. */
function pathFinding({ task, group, state }: Path, graph: GraphLine, since: number): Finding[] {
  const position = graph.terms.find(({ id }) => id === task)?.position ?? null;
  if (position === null || (state !== 'zero' && state !== 'cut')) {
    return [];
  }
  const what =
    state === 'zero'
      ? t('{0} does not train {1}: its gradient there is exactly 0.', nameOf(graph, task), labelOf(graph, group))
      : t('{0} does not train {1}: no gradient comes there.', nameOf(graph, task), labelOf(graph, group));
  const next = t('Where it is lost was not found: look at the values on the way, and at the loss itself.');
  return [{ code: state, severity: 'warning', position, message: `${what} ${next} ${sinceStep(since)}`, related: [] }];
}

/** Groups that a task's gradient reaches, and of which no variable is trained. */
function excludedGroups({ paths, groups }: GraphLine): VariableGroup[] {
  return groups.filter(({ id }) => {
    const states = paths.filter(({ group }) => group === id).map(({ state }) => state);
    return states.includes('excluded') && !states.includes('flows');
  });
}

/** Told at the call that trains. `trainable: false` says that it is meant; a variable left out of a list does not. */
function excludedFinding(group: VariableGroup, graph: GraphLine, since: number): Finding[] {
  const reaching = graph.paths
    .filter((path) => path.group === group.id && path.state === 'excluded')
    .map(({ task }) => task);
  const objective = graph.objectives.find(({ terms }) => terms.some((term) => reaching.includes(term)));
  if (objective?.position == null) {
    return [];
  }
  const frozen = group.variables.every(({ status }) => status === 'frozen');
  const names = formatNames(reaching.map((task) => nameOf(graph, task)));
  const message = frozen
    ? t('{0} is frozen: {1} reaches it and does not train it.', group.label, names)
    : t(
        '{0} is not trained: {1} reaches it, and its variables are not in the list that is minimised over. Add them, or set trainable to false where that is meant.',
        group.label,
        names,
      );
  return [
    {
      code: 'excluded',
      severity: frozen ? 'information' : 'warning',
      position: objective.position,
      message: `${message} ${sinceStep(since)}`,
      related: [],
    },
  ];
}

function firstStep(graphs: readonly GraphLine[], holds: (graph: GraphLine) => boolean): number {
  return graphs.find(holds)?.step ?? 0;
}

/** A cut's id counts within one graph; its kind and place are what stays. */
function hasCut({ cuts }: GraphLine, { kind, op, position }: Cut): boolean {
  return cuts.some(
    (cut) => cut.kind === kind && cut.op === op && JSON.stringify(cut.position) === JSON.stringify(position),
  );
}

function samePath(a: Path, b: Path): boolean {
  return a.task === b.task && a.group === b.group && a.state === b.state;
}

function sinceStep(step: number): string {
  return t('(Since step {0}.)', step);
}

function nameOf({ terms }: GraphLine, id: string): string {
  return terms.find((term) => term.id === id)?.name ?? id;
}

function labelOf({ groups }: GraphLine, id: string): string {
  return groups.find((group) => group.id === id)?.label ?? id;
}
