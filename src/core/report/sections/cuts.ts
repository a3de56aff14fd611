import type { Cut, CutKind, Path } from '../../run/record.ts';
import { formatPosition, formatNames } from '../format.ts';
import { wrap } from '../layout.ts';
import type { Report } from '../report.ts';
import type { Page, Section } from './page.ts';

/** What a kind of cut does, in a sentence for people. */
export const whatHappens: Record<CutKind, (op: string) => string> = {
  stopGradient: () => 'Declared: the gradient is meant to end here.',
  detach: (op) => `${op} reads the values into JavaScript; a tensor built from them has no way back to the weights.`,
  variable: () => 'The values are copied into a variable, and the gradient ends at the copy.',
  zeroGradient: (op) => `${op} is flat: its gradient is 0 wherever it has one.`,
  customGradient: () => 'A custom gradient answers with zeros.',
  dead: () => 'No unit is active on the observed batch, so every gradient through it is 0.',
  blocked: (op) => `A gradient comes in at ${op}, and only zeros go out.`,
  noGradient: (op) => `tfjs has no gradient for ${op}: training through it throws.`,
  passThrough: () =>
    'Nothing is blocked: the values lose their fractions, and tfjs passes the gradient as if they did not.',
};

/** Kinds that somebody can have meant; the others are never written on purpose. */
export const canBeMeant: ReadonlySet<CutKind> = new Set(['detach', 'variable', 'zeroGradient', 'customGradient']);

/** Cuts that nobody declared and no finding tells: they stand at the top, because they explain what follows. */
export function undeclaredCutSection(report: Report, page: Page): Section {
  const told = new Set<string>(report.findings.map(({ rule }) => rule));
  const cuts = report.cuts.filter(({ declared, kind }) => !declared && kind !== 'passThrough' && !told.has(kind));
  const paths = report.paths.filter((path) => isUnexplained(path) && !told.has(path.state));
  if (cuts.length === 0 && paths.length === 0) {
    return [];
  }
  const { style, width } = page;
  const meant = cuts.some(({ kind }) => canBeMeant.has(kind))
    ? wrap('Where it is meant, write stopGradient from mtl-debugger instead: then it counts as declared.', width, 2)
    : [];
  return [
    style.heading('Blocked gradient paths that were not declared'),
    ...cuts.flatMap((cut) => cutLines(cut, report, page)),
    ...paths.flatMap(({ task, group, state }) => {
      const [first = '', ...rest] = wrap(
        `${taskName(report, task)} does not train ${groupLabel(report, group)}: its gradient there is ${
          state === 'zero' ? 'exactly 0' : 'absent'
        }, and where it is lost was not found.`,
        width,
        4,
      );
      return [`  ${style.bad('✗')} ${first.trimStart()}`, ...rest];
    }),
    ...meant.map(style.faint),
  ];
}

/** Where the gradient goes on, and the loss depends on something else than it says. */
export function passThroughSection(report: Report, page: Page): Section {
  const cuts = report.findings.some(({ rule }) => rule === 'passThrough')
    ? []
    : report.cuts.filter(({ kind }) => kind === 'passThrough');
  return cuts.length === 0
    ? []
    : [page.style.heading('Gradients that pass through a cast'), ...cuts.flatMap((cut) => cutLines(cut, report, page))];
}

function isUnexplained({ state, declared, cuts }: Path): boolean {
  return !declared && cuts.length === 0 && (state === 'cut' || state === 'zero');
}

function cutLines(cut: Cut, report: Report, { width, style }: Page): string[] {
  const mark = cut.kind === 'passThrough' ? style.warn('!') : style.bad('✗');
  const layer = cut.layer === null ? '' : `, layer ${cut.layer}`;
  const [first = '', ...rest] = wrap(`${cut.op}${layer}, at ${formatPosition(cut.position)}`, width, 4);
  return [
    `  ${mark} ${style.strong(first.trimStart())}`,
    ...rest.map(style.strong),
    ...keptApart(cut, report).flatMap((sentence) => wrap(sentence, width, 4, 6)),
    ...wrap(whatHappens[cut.kind](cut.op), width, 4).map(style.faint),
  ];
}

/** A sentence for the groups that are out of reach, and one for those that another path still reaches, per task. */
function keptApart(cut: Cut, report: Report): string[] {
  const tasks = [...new Set(cut.pairs.map(({ task }) => task))];
  return tasks.flatMap((task) => {
    const pairs = cut.pairs.filter((pair) => pair.task === task);
    const groups = (complete: boolean): string =>
      formatNames(pairs.filter((pair) => pair.complete === complete).map(({ group }) => groupLabel(report, group)));
    const [whole, part, name] = [groups(true), groups(false), taskName(report, task)];
    if (cut.kind === 'passThrough') {
      return [`lies between ${name} and ${[whole, part].filter((each) => each !== '').join(', ')}`];
    }
    return [
      ...(whole === '' ? [] : [`keeps ${name} out of ${whole}`]),
      ...(part === '' ? [] : [`keeps ${name} out of ${part} on this path; another path still carries its gradient`]),
    ];
  });
}

/** Cuts that were declared: as intended, so in one calm line each. */
export function declaredCutSection(report: Report, { width, style }: Page): Section {
  const cuts = report.cuts.filter(({ declared, kind }) => declared && kind !== 'passThrough');
  if (cuts.length === 0) {
    return [];
  }
  return [
    style.heading('Blocked on purpose, as declared'),
    ...cuts.flatMap((cut) => {
      const pairs = keptApart(cut, report).join('; ');
      const [first = '', ...rest] = wrap(`${cut.op} at ${formatPosition(cut.position)} ${pairs}`, width, 4);
      return [`  ${style.good('✓')} ${first.trimStart()}`, ...rest];
    }),
  ];
}

/** Said where it is known: every path carries a gradient. */
export function openPathsSection(report: Report, { style }: Page): Section {
  const known = report.paths.some(({ state }) => state !== 'none');
  const blocked =
    report.paths.some(({ state }) => state === 'cut' || state === 'zero') ||
    report.cuts.some(({ kind }) => kind !== 'passThrough');
  return known && !blocked ? [`${style.good('✓')} No blocked gradient path was found.`] : [];
}

export function taskName(report: Report, id: string): string {
  return report.tasks.find((task) => task.id === id)?.name ?? id;
}

export function groupLabel(report: Report, id: string): string {
  return report.groups.find((group) => group.id === id)?.label ?? id;
}
