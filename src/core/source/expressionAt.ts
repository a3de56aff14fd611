import type ts from 'typescript';
import type { ParsedSource } from './parseSource.ts';

/** A piece of source text. Lines and columns count from 1, columns in UTF-16 units, the end is exclusive. */
export interface SourceRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

/**
 * The whole expression at the position of a stack frame, for underlining: for a frame at `mul` in `x.add(y).mul(2)` all
 * of it, for one at `add` only `x.add(y)`; for an `await` what is awaited.
 *
 * @param line 1-based, as in a stack frame
 * @param column 1-based, as in a stack frame
 * @returns null where the file has no such position, or no expression there
 */
export function expressionAt(source: ParsedSource, line: number, column: number): SourceRange | null {
  const expression = frameExpression(source, line, column);
  return expression === null ? null : rangeOf(source, expression);
}

/** Where a syntax node stands, without what is before it. */
export function rangeOf({ tree }: ParsedSource, node: ts.Node): SourceRange {
  const from = node.getStart(tree);
  const start = tree.getLineAndCharacterOfPosition(from);
  const end = tree.getLineAndCharacterOfPosition(node.end);
  return {
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
    text: tree.text.slice(from, node.end),
  };
}

/** The syntax node of {@link expressionAt}. */
export function frameExpression(source: ParsedSource, line: number, column: number): ts.Expression | null {
  const offset = offsetAt(source.tree, line, column);
  if (offset === null) {
    return null;
  }
  const innermost = innermostAt(source, offset);
  if (source.typescript.isSourceFile(innermost)) {
    return null; // between statements
  }
  return evaluatedAt(source, innermost, offset) ?? plainExpression(source, innermost);
}

/** Null where the text has no such line or column. */
export function offsetAt(tree: ts.SourceFile, line: number, column: number): number | null {
  const starts = tree.getLineStarts();
  const start = starts[line - 1];
  if (start === undefined || column < 1) {
    return null;
  }
  const offset = start + column - 1;
  return offset < (starts[line] ?? tree.end + 1) ? offset : null;
}

/** The smallest syntax node around an offset; for one in a comment, what the comment stands in. */
export function innermostAt({ tree, typescript }: ParsedSource, offset: number): ts.Node {
  let node: ts.Node = tree;
  for (;;) {
    const inner: ts.Node | undefined = typescript.forEachChild(node, (child) =>
      child.getStart(tree) <= offset && offset < child.end ? child : undefined,
    );
    if (inner === undefined) {
      return node;
    }
    node = inner;
  }
}

/**
 * The innermost call, `new`, tag, property or `await` whose frame V8 places at `offset`: at the property's name for a
 * method or a getter, at the start for a function called by name, for `new` and `await`, at the template for a tag, else
 * at the opening bracket. Anywhere else before the bracket counts as well: source maps are often a little beside.
 */
function evaluatedAt(source: ParsedSource, innermost: ts.Node, offset: number): ts.Expression | null {
  const { tree, typescript: t } = source;
  for (let node = innermost; !t.isSourceFile(node); node = node.parent) {
    if (t.isAwaitExpression(node) && node.getStart(tree) === offset) {
      return withoutParentheses(t, node.expression);
    }
    if (isCall(t, node) && offset < bodyStart(source, node)) {
      return node;
    }
    if (t.isPropertyAccessExpression(node) && !isCallee(t, node) && offset === node.name.getStart(tree)) {
      return node;
    }
    if (t.isFunctionLike(node) || isArgument(t, node)) {
      return null; // what lies further out only surrounds the place
    }
  }
  return null;
}

type Call = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

function isCall(t: typeof ts, node: ts.Node): node is Call {
  return t.isCallExpression(node) || t.isNewExpression(node) || t.isTaggedTemplateExpression(node);
}

/** Where the arguments begin, after the opening bracket or quote. */
function bodyStart({ tree, typescript: t }: ParsedSource, call: Call): number {
  return t.isTaggedTemplateExpression(call) ? call.template.getStart(tree) + 1 : (call.arguments?.pos ?? call.end);
}

function isCallee(t: typeof ts, node: ts.Expression): boolean {
  return t.isCallExpression(node.parent) && node.parent.expression === node;
}

function isArgument(t: typeof ts, node: ts.Node): boolean {
  const { parent } = node;
  return (t.isCallExpression(parent) || t.isNewExpression(parent)) && parent.expression !== node;
}

function withoutParentheses(t: typeof ts, expression: ts.Expression): ts.Expression {
  return t.isParenthesizedExpression(expression) ? withoutParentheses(t, expression.expression) : expression;
}

/** No call there: what a `return` or a declaration at this place evaluates, else the smallest expression. */
function plainExpression({ typescript: t }: ParsedSource, node: ts.Node): ts.Expression | null {
  if (t.isReturnStatement(node)) {
    return node.expression ?? null;
  }
  if (t.isVariableDeclarationList(node)) {
    return node.declarations[0]?.initializer ?? null;
  }
  if (t.isVariableDeclaration(node.parent) && node.parent.name === node) {
    return node.parent.initializer ?? null;
  }
  return t.isExpression(node) ? node : null;
}
