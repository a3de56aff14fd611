import type ts from 'typescript';
import type { ParsedSource } from './parseSource.ts';

/** A property as it is written: `lossWeights: [1, 2]`, `lossWeights`, `loss() {…}`. */
type Property = ts.PropertyAssignment | ts.ShorthandPropertyAssignment | ts.MethodDeclaration;

/** How many names are followed to what they were declared as: more is a program, not a place to point at. */
const MOST_NAMES = 4;

/**
 * What an expression is without brackets and type assertions; for a name, what it was declared as in this file where that was done
 * once, with `const` or without a second assignment that matters: options are mostly kept in such a name.
 */
export function valueOf(source: ParsedSource, expression: ts.Expression, names = 0): ts.Expression {
  const { typescript: t, tree } = source;
  if (
    t.isParenthesizedExpression(expression) ||
    t.isAsExpression(expression) ||
    t.isSatisfiesExpression(expression) ||
    t.isNonNullExpression(expression) ||
    t.isTypeAssertionExpression(expression)
  ) {
    return valueOf(source, expression.expression, names);
  }
  if (!t.isIdentifier(expression) || names === MOST_NAMES) {
    return expression;
  }
  const declared: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (t.isVariableDeclaration(node) && t.isIdentifier(node.name) && node.name.text === expression.text) {
      declared.push(node.initializer ?? expression);
    }
    t.forEachChild(node, visit);
  };
  visit(tree);
  const [only, ...more] = declared;
  return only === undefined || only === expression || more.length > 0 ? expression : valueOf(source, only, names + 1);
}

/** A property of an object literal, by its name. */
export function propertyOf({ typescript: t }: ParsedSource, object: ts.Expression, name: string): Property | null {
  const found = t.isObjectLiteralExpression(object)
    ? object.properties.find(
        (each): each is Property =>
          (t.isPropertyAssignment(each) || t.isShorthandPropertyAssignment(each) || t.isMethodDeclaration(each)) &&
          (t.isComputedPropertyName(each.name)
            ? t.isStringLiteralLike(each.name.expression) && each.name.expression.text === name
            : each.name.text === name),
      )
    : undefined;
  return found ?? null;
}

/** What a property holds; null for a method. */
export function propertyValue(source: ParsedSource, property: Property): ts.Expression | null {
  const { typescript: t } = source;
  if (t.isShorthandPropertyAssignment(property)) {
    return valueOf(source, property.name);
  }
  return t.isPropertyAssignment(property) ? valueOf(source, property.initializer) : null;
}

/** The property of that name that is least deep in some expressions: in objects, lists and arguments, not in functions. */
export function nearestProperty(
  source: ParsedSource,
  expressions: readonly ts.Expression[],
  name: string,
): Property | null {
  const { typescript: t } = source;
  const seen = new Set<ts.Expression>();
  let layer = expressions.map((each) => valueOf(source, each));
  while (layer.length > 0) {
    for (const each of layer) {
      const property = propertyOf(source, each, name);
      if (property !== null) {
        return property;
      }
      seen.add(each);
    }
    layer = layer
      .flatMap((each): readonly (ts.Expression | null)[] => {
        if (t.isObjectLiteralExpression(each)) {
          return each.properties.map((property) =>
            t.isSpreadAssignment(property)
              ? valueOf(source, property.expression)
              : t.isPropertyAssignment(property) || t.isShorthandPropertyAssignment(property)
                ? propertyValue(source, property)
                : null,
          );
        }
        if (t.isArrayLiteralExpression(each)) {
          return each.elements.map((element) => valueOf(source, element));
        }
        return t.isCallExpression(each) || t.isNewExpression(each)
          ? (each.arguments ?? []).map((argument) => valueOf(source, argument))
          : [];
      })
      .filter((each): each is ts.Expression => each !== null && !seen.has(each));
  }
  return null;
}

/**
 * A task's part in what holds one value for each task: the property with its name, or the element at its place.
 * @param tasks the tasks' names in the order of the model's outputs
 */
export function partOfTask(
  source: ParsedSource,
  whole: ts.Expression,
  task: string,
  tasks: readonly string[],
): ts.Node | null {
  const value = valueOf(source, whole);
  const property = propertyOf(source, value, task);
  if (property !== null) {
    return property;
  }
  if (source.typescript.isArrayLiteralExpression(value) && value.elements.length === tasks.length) {
    return value.elements[tasks.indexOf(task)] ?? null;
  }
  return null;
}
