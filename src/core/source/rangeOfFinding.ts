import type ts from 'typescript';
import type { Expression } from '../diagnosis/finding.ts';
import { frameExpression, innermostAt, offsetAt, rangeOf, type SourceRange } from './expressionAt.ts';
import { inputMade, softmaxInput } from './flow.ts';
import { nearestProperty, partOfTask, propertyOf, propertyValue, valueOf } from './options.ts';
import type { ParsedSource } from './parseSource.ts';

/** Calls that take inputs and targets, in this order. */
const TAKES_TARGETS = /^(?:fit|trainOnBatch|evaluate)$/u;

/**
 * The part of the source that a finding means: a task's target, loss or loss weight among the arguments of the call at its
 * position, a property of an option object there or one that is assigned there, an argument, what goes into a layer or a softmax there;
 * else the expression at the position.
 * What cannot be found there leaves the whole of it.
 *
 * @param place 1-based, as in a stack frame
 * @param tasks the tasks' names in the order of the model's outputs, for what is written as lists
 * @returns null where the file has no expression at the place
 */
export function rangeOfFinding(
  source: ParsedSource,
  place: { readonly line: number; readonly column: number },
  expression: Expression | null,
  tasks: readonly string[] = [],
): SourceRange | null {
  const { line, column } = place;
  const assigned = assignmentAt(source, line, column, expression);
  if (assigned !== null) {
    return rangeOf(source, assigned);
  }
  const whole = frameExpression(source, line, column);
  if (whole === null) {
    return null;
  }
  const part = expression === null ? null : partMeant(source, whole, expression, tasks);
  return rangeOf(source, part ?? whole);
}

/** The assignment at a place, where it is meant: V8 gives the place of its `=`, and source maps one beside. */
function assignmentAt(
  source: ParsedSource,
  line: number,
  column: number,
  expression: Expression | null,
): ts.Expression | null {
  const { tree, typescript: t } = source;
  const offset = offsetAt(tree, line, column);
  if (offset === null) {
    return null;
  }
  let node = innermostAt(source, offset);
  while (!t.isStatement(node) && !t.isSourceFile(node)) {
    if (t.isBinaryExpression(node) && isAssignment(t, node) && offset < node.right.getStart(tree)) {
      const isMeant =
        expression === null
          ? offset >= node.operatorToken.getStart(tree)
          : expression.of === 'property' && expression.name === assignedName(t, node.left);
      return isMeant ? node : null;
    }
    node = node.parent;
  }
  return null;
}

function isAssignment(t: typeof ts, { operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= t.SyntaxKind.FirstAssignment && kind <= t.SyntaxKind.LastAssignment;
}

function assignedName(t: typeof ts, left: ts.Expression): string | null {
  if (t.isPropertyAccessExpression(left)) {
    return left.name.text;
  }
  return t.isElementAccessExpression(left) && t.isStringLiteralLike(left.argumentExpression)
    ? left.argumentExpression.text
    : null;
}

function partMeant(
  source: ParsedSource,
  whole: ts.Expression,
  expression: Expression,
  tasks: readonly string[],
): ts.Node | null {
  const { typescript: t } = source;
  if (!t.isCallExpression(whole) && !t.isNewExpression(whole)) {
    return null;
  }
  const given = whole.arguments ?? [];
  switch (expression.of) {
    case 'argument': {
      const before = given.slice(0, expression.index + 1);
      return before.some((each) => t.isSpreadElement(each)) ? null : (given[expression.index] ?? null);
    }
    case 'property':
      return nearestProperty(source, given, expression.name);
    case 'firstProperty':
      return firstOf(expression.names, (name) => nearestProperty(source, given, name));
    case 'input':
      return inputMade(source, whole);
    case 'logits':
      return softmaxInput(source, whole);
    case 'target': {
      const targets = TAKES_TARGETS.test(calledName(t, whole)) ? given[1] : undefined;
      return targets === undefined ? null : (partOfTask(source, targets, expression.task, tasks) ?? targets);
    }
    case 'loss':
      return ofTask(source, whole, ['loss', 'loss'], expression.task, tasks);
    case 'lossWeight':
      return ofTask(source, whole, ['lossWeights', 'weight'], expression.task, tasks);
  }
}

function firstOf(names: readonly string[], find: (name: string) => ts.Node | null): ts.Node | null {
  return names.map(find).find((found) => found !== null) ?? null;
}

/**
 * An option of one task: `compile({ loss: { click: … } })`, or `compileMultiTask(model, { tasks: { click: { loss: … } } })`. Where the
 * place is a call that trains, in the call that compiled the same model.
 */
function ofTask(
  source: ParsedSource,
  call: ts.CallExpression | ts.NewExpression,
  [compiled, declared]: readonly [compiled: string, declared: string],
  task: string,
  tasks: readonly string[],
): ts.Node | null {
  for (const each of [call, ...compilations(source, call)]) {
    const options = (each.arguments ?? []).map((argument) => valueOf(source, argument));
    for (const object of options) {
      const own = propertyOf(source, object, 'tasks');
      const perTask = own === null ? null : propertyValue(source, own);
      const entry = perTask === null ? null : propertyOf(source, perTask, task);
      const settings = entry === null ? null : propertyValue(source, entry);
      if (entry !== null) {
        return (settings === null ? null : propertyOf(source, settings, declared)) ?? entry;
      }
      const property = propertyOf(source, object, compiled);
      const value = property === null ? null : propertyValue(source, property);
      if (property !== null) {
        return (value === null ? null : partOfTask(source, value, task, tasks)) ?? property;
      }
    }
  }
  return null;
}

/** The calls of `compile` on the object that a method is called on, the last first; and what that object was made with. */
function compilations(
  source: ParsedSource,
  call: ts.CallExpression | ts.NewExpression,
): (ts.CallExpression | ts.NewExpression)[] {
  const { typescript: t, tree } = source;
  if (!t.isPropertyAccessExpression(call.expression)) {
    return [];
  }
  const model = call.expression.expression;
  const name = model.getText(tree);
  const found: (ts.CallExpression | ts.NewExpression)[] = [];
  const visit = (node: ts.Node): void => {
    if (
      t.isCallExpression(node) &&
      t.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'compile' &&
      node.expression.expression.getText(tree) === name
    ) {
      found.unshift(node);
    }
    t.forEachChild(node, visit);
  };
  visit(tree);
  const made = valueOf(source, model);
  return t.isCallExpression(made) || t.isNewExpression(made) ? [...found, made] : found;
}

function calledName(t: typeof ts, { expression }: ts.CallExpression | ts.NewExpression): string {
  if (t.isPropertyAccessExpression(expression)) {
    return expression.name.text;
  }
  return t.isIdentifier(expression) ? expression.text : '';
}
