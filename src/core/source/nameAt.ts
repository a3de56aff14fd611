import type ts from 'typescript';
import { frameExpression } from './expressionAt.ts';
import { wrapperGivesBack, isPartOfSum } from './wrapping.ts';
import type { ParsedSource } from './parseSource.ts';

/**
 * The name under which the value computed at the position of a stack frame is kept: the variable, property, list element
 * taken apart into names, or, for a value that is returned, the function's name. Calls around it (`tf.tidy(() => ...)`,
 * `.mul(2)`, `tf.mean(...)`) keep the same value under the outer name; a sum of several values does not.
 *
 * @param line 1-based, as in a stack frame
 * @param column 1-based, as in a stack frame
 * @returns null where no name keeps it
 */
export function nameAt(source: ParsedSource, line: number, column: number): string | null {
  const expression = frameExpression(source, line, column);
  return expression === null ? null : nameKeeping(source.typescript, expression, []);
}

/** Where in the list that is kept the value stands: [1, 0] is the first element of the second element. */
type ListPath = readonly number[];

function nameKeeping(t: typeof ts, value: ts.Expression, path: ListPath): string | null {
  const { parent } = value;
  if (isTransparent(t, parent, value)) {
    return nameKeeping(t, parent, path);
  }
  if (t.isBinaryExpression(parent)) {
    return nameInBinary(t, parent, value, path);
  }
  if (t.isConditionalExpression(parent)) {
    return parent.condition === value ? null : nameKeeping(t, parent, path);
  }
  if (t.isArrayLiteralExpression(parent)) {
    return nameKeeping(t, parent, [parent.elements.indexOf(value), ...path]);
  }
  if (t.isPropertyAccessExpression(parent) || t.isElementAccessExpression(parent)) {
    return parent.expression === value && path.length === 0 ? nameKeeping(t, parent, path) : null;
  }
  if (t.isCallExpression(parent) || t.isNewExpression(parent)) {
    return nameThroughCall(t, parent, value, path);
  }
  if (t.isReturnStatement(parent)) {
    const returning = t.findAncestor(parent, t.isFunctionLike);
    return returning === undefined ? null : nameOfFunction(t, returning, path);
  }
  if (t.isArrowFunction(parent)) {
    return nameOfFunction(t, parent, path);
  }
  return nameDeclared(t, parent, value, path);
}

/** Syntax that hands on the very value it holds. */
function isTransparent(t: typeof ts, node: ts.Node, value: ts.Expression): node is ts.Expression {
  return (
    t.isParenthesizedExpression(node) ||
    t.isAwaitExpression(node) ||
    t.isNonNullExpression(node) ||
    t.isSatisfiesExpression(node) ||
    (t.isAssertionExpression(node) && node.expression === value)
  );
}

function nameInBinary(t: typeof ts, node: ts.BinaryExpression, value: ts.Expression, path: ListPath): string | null {
  if (node.right !== value) {
    return isEither(t, node) ? nameKeeping(t, node, path) : null;
  }
  switch (node.operatorToken.kind) {
    case t.SyntaxKind.EqualsToken:
    case t.SyntaxKind.BarBarEqualsToken:
    case t.SyntaxKind.QuestionQuestionEqualsToken:
      return nameOfTarget(t, node.left, path);
    case t.SyntaxKind.CommaToken:
    case t.SyntaxKind.AmpersandAmpersandToken:
      return nameKeeping(t, node, path);
    default:
      return isEither(t, node) ? nameKeeping(t, node, path) : null;
  }
}

/** `a || b`, `a ?? b`: the value may be either. */
function isEither(t: typeof ts, { operatorToken }: ts.BinaryExpression): boolean {
  return operatorToken.kind === t.SyntaxKind.BarBarToken || operatorToken.kind === t.SyntaxKind.QuestionQuestionToken;
}

function nameThroughCall(
  t: typeof ts,
  call: ts.CallExpression | ts.NewExpression,
  value: ts.Expression,
  path: ListPath,
): string | null {
  const operand = call.expression === value && t.isPropertyAccessExpression(value) ? value.expression : value;
  if (isPartOfSum(t, call, operand)) {
    return null;
  }
  if (call.expression === value) {
    return nameKeeping(t, call, path);
  }
  const [key, kept] = call.arguments ?? [];
  if (t.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'set' && kept === value) {
    return key !== undefined && t.isStringLiteralLike(key) ? key.text : null;
  }
  return path.length === 0 || wrapperGivesBack(t, call, 'list') ? nameKeeping(t, call, path) : null;
}

function nameOfFunction(t: typeof ts, node: ts.SignatureDeclaration, path: ListPath): string | null {
  if (t.isArrowFunction(node) || t.isFunctionExpression(node)) {
    const outer = withoutParentheses(t, node);
    const call = outer.parent;
    if (node.name === undefined && t.isCallExpression(call) && call.expression === outer) {
      return nameKeeping(t, call, path); // called on the spot
    }
    if (node.name === undefined && (t.isCallExpression(call) || t.isNewExpression(call))) {
      return wrapperGivesBack(t, call, 'result of a function') ? nameKeeping(t, call, path) : null;
    }
  }
  if (path.length > 0) {
    return null;
  }
  if (node.name !== undefined) {
    return nameOfProperty(t, node.name);
  }
  return t.isArrowFunction(node) || t.isFunctionExpression(node) ? nameKeeping(t, node, path) : null;
}

function withoutParentheses(t: typeof ts, node: ts.Expression): ts.Expression {
  return t.isParenthesizedExpression(node.parent) ? withoutParentheses(t, node.parent) : node;
}

function nameDeclared(t: typeof ts, node: ts.Node, value: ts.Expression, path: ListPath): string | null {
  if (t.isVariableDeclaration(node) || t.isParameter(node) || t.isBindingElement(node)) {
    return node.initializer === value ? nameBound(t, node.name, path) : null;
  }
  if ((t.isPropertyAssignment(node) || t.isPropertyDeclaration(node)) && node.initializer === value) {
    return path.length === 0 ? nameOfProperty(t, node.name) : null;
  }
  return null;
}

function nameBound(t: typeof ts, binding: ts.BindingName, path: ListPath): string | null {
  if (t.isIdentifier(binding)) {
    return path.length === 0 ? binding.text : null;
  }
  if (!t.isArrayBindingPattern(binding)) {
    return null;
  }
  const element = elementAt(binding.elements, path);
  return element !== undefined && t.isBindingElement(element) && element.dotDotDotToken === undefined
    ? nameBound(t, element.name, path.slice(1))
    : null;
}

/** The name in what stands left of an `=`. */
function nameOfTarget(t: typeof ts, target: ts.Expression, path: ListPath): string | null {
  if (t.isArrayLiteralExpression(target)) {
    const element = elementAt(target.elements, path);
    return element === undefined ? null : nameOfTarget(t, element, path.slice(1));
  }
  if (path.length > 0) {
    return null;
  }
  if (t.isIdentifier(target)) {
    return target.text;
  }
  if (t.isPropertyAccessExpression(target)) {
    return nameOfProperty(t, target.name);
  }
  if (t.isElementAccessExpression(target)) {
    return t.isStringLiteralLike(target.argumentExpression) ? target.argumentExpression.text : null;
  }
  return null;
}

/** `const [loss] = ...` names the whole list's only value; of several names none is known to be meant. */
function elementAt<Element>(elements: readonly Element[], [index]: ListPath): Element | undefined {
  return index === undefined && elements.length > 1 ? undefined : elements[index ?? 0];
}

function nameOfProperty(t: typeof ts, name: ts.PropertyName): string | null {
  if (t.isComputedPropertyName(name)) {
    return t.isStringLiteralLike(name.expression) ? name.expression.text : null;
  }
  return t.isPrivateIdentifier(name) ? name.text.slice(1) : name.text;
}
