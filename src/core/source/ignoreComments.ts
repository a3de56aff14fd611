import type ts from 'typescript';
import { innermostAt, offsetAt } from './expressionAt.ts';
import type { ParsedSource } from './parseSource.ts';

const COMMENT = /(\/\/|\/\*)[\s*]*mtl-debugger-ignore(-file)?[ \t]+(\w+(?:[ \t]*,[ \t]*\w+)*)/gu;

/** What the comments of a file ignore. */
export interface IgnoreComments {
  /** Rules that are ignored in the whole file. */
  readonly inFile: ReadonlySet<string>;
  /** Rules that are ignored in a line; lines count from 1. */
  readonly inLine: ReadonlyMap<number, ReadonlySet<string>>;
}

/**
 * `// mtl-debugger-ignore RULE` ignores a rule's findings in the next line of code, or in its own line where it stands behind
 * code; `mtl-debugger-ignore-file RULE, RULE` in the whole file, wherever it stands. A comment that names no rule ignores
 * nothing.
 */
export function ignoreComments(source: ParsedSource): IgnoreComments {
  const { tree } = source;
  const inFile = new Set<string>();
  const inLine = new Map<number, Set<string>>();
  for (const match of tree.text.matchAll(COMMENT)) {
    if (isLiteral(source, innermostAt(source, match.index))) {
      continue;
    }
    const rules = (match[3] ?? '').split(',').map((rule) => rule.trim());
    if (match[2] !== undefined) {
      rules.forEach((rule) => inFile.add(rule));
      continue;
    }
    const line = lineMeant(source, match.index, endOf(tree.text, match.index));
    inLine.set(line, new Set([...(inLine.get(line) ?? []), ...rules]));
  }
  return { inFile, inLine };
}

/** Text of the program's own that only looks like a comment. */
function isLiteral({ typescript: t }: ParsedSource, node: ts.Node): boolean {
  return (
    t.isStringLiteralLike(node) ||
    t.isTemplateHead(node) ||
    t.isTemplateMiddleOrTemplateTail(node) ||
    t.isRegularExpressionLiteral(node) ||
    t.isJsxText(node)
  );
}

/** Where a comment ends that begins at an offset. */
function endOf(text: string, from: number): number {
  const end = text.startsWith('//', from) ? text.indexOf('\n', from) : text.indexOf('*/', from) + 1;
  return end <= 0 ? text.length : end + 1;
}

/** The line of code before the comment where there is any in its line, else that of the next word of code. */
function lineMeant({ tree, typescript: t }: ParsedSource, from: number, to: number): number {
  const { line, character } = tree.getLineAndCharacterOfPosition(from);
  if (tree.text.slice(from - character, from).trim() !== '') {
    return line + 1;
  }
  const scanner = t.createScanner(t.ScriptTarget.Latest, true, tree.languageVariant, tree.text, undefined, to);
  scanner.scan();
  return tree.getLineAndCharacterOfPosition(scanner.getTokenStart()).line + 1;
}

/**
 * Whether a rule's finding is ignored that was recorded at one place and means a part of what stands there. The comment may stand
 * at either, or before the statement that holds it.
 */
export function isIgnored(
  source: ParsedSource,
  comments: IgnoreComments,
  rule: string,
  places: readonly { readonly line: number; readonly column: number }[],
): boolean {
  const { tree } = source;
  const lines = places.flatMap(({ line, column }) => {
    const offset = offsetAt(tree, line, column);
    return offset === null ? [line] : [line, lineOf(tree, statementAround(source, offset))];
  });
  return comments.inFile.has(rule) || lines.some((line) => comments.inLine.get(line)?.has(rule) === true);
}

/**
 * The line above which a comment can be put that ignores a finding at a place: its own, except where that begins inside a text of
 * several lines; then the line where its statement begins. Counts from 1.
 */
export function lineToIgnoreAt(source: ParsedSource, line: number): number {
  const { tree, typescript: t } = source;
  const offset = offsetAt(tree, line, 1);
  if (offset === null) {
    return line;
  }
  for (let node = innermostAt(source, offset); !t.isSourceFile(node); node = node.parent) {
    if ((t.isTemplateLiteral(node) || t.isJsxElement(node)) && node.getStart(tree) < offset) {
      return lineOf(tree, statementAround(source, node.getStart(tree)));
    }
  }
  return line;
}

function statementAround(source: ParsedSource, offset: number): ts.Node {
  const { typescript: t } = source;
  let node = innermostAt(source, offset);
  while (!t.isSourceFile(node) && !t.isSourceFile(node.parent) && !t.isBlock(node.parent)) {
    node = node.parent;
  }
  return node;
}

function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}
