import type ts from 'typescript';
import { valueOf } from './options.ts';
import type { ParsedSource } from './parseSource.ts';

type Call = ts.CallExpression | ts.NewExpression;

/** Calls that hand data to a layer or a model, as their first argument. */
const APPLIES = /^(?:apply|predict|predictOnBatch|call)$/u;

/**
 * What a layer or a model is given in a call, followed through names to where it is made. Rows that are picked for a batch are no
 * matter: of `joined.slice(start, size)` it is what `joined` is.
 *
 * @returns null where the call is none of these, or what it is given comes from elsewhere: a parameter, another file
 */
export function inputMade(source: ParsedSource, call: Call): ts.Expression | null {
  const { typescript: t } = source;
  const { expression } = call;
  const [given] = call.arguments ?? [];
  return t.isPropertyAccessExpression(expression) && APPLIES.test(expression.name.text) && given !== undefined
    ? madeFrom(source, given)
    : null;
}

function madeFrom(source: ParsedSource, expression: ts.Expression): ts.Expression | null {
  const { typescript: t } = source;
  if (t.isIdentifier(expression) && isParameter(source, expression)) {
    return null;
  }
  const value = valueOf(source, expression);
  if (t.isIdentifier(value) || t.isSpreadElement(value)) {
    return null;
  }
  const picked = pickedFrom(source, value);
  return (picked === null ? null : madeFrom(source, picked)) ?? value;
}

/** What rows are picked from, by a slice or a gather that says nothing of columns. */
function pickedFrom({ typescript: t }: ParsedSource, value: ts.Expression): ts.Expression | null {
  if (!t.isCallExpression(value) || !t.isPropertyAccessExpression(value.expression)) {
    return null;
  }
  const { name, expression } = value.expression;
  const given = value.arguments;
  const isRows =
    (name.text === 'slice' && given.length > 0 && !given.some((each) => t.isArrayLiteralExpression(each))) ||
    (name.text === 'gather' && given.length === 1);
  return isRows && given.length <= 2 ? expression : null;
}

/** Whether a name is that of a parameter of a function around it: what is given there is another call's matter. */
function isParameter({ typescript: t }: ParsedSource, name: ts.Identifier): boolean {
  for (let node: ts.Node = name.parent; !t.isSourceFile(node); node = node.parent) {
    if (
      t.isFunctionLike(node) &&
      node.parameters.some((each) => t.isIdentifier(each.name) && each.name.text === name.text)
    ) {
      return true;
    }
  }
  return false;
}

/**
 * What a softmax is given: its argument, what it is a method of, or what the layer that is made here is applied to.
 * @returns null where the call makes no softmax, or what it is given cannot be seen
 */
export function softmaxInput(source: ParsedSource, call: Call): ts.Expression | null {
  const { typescript: t } = source;
  const { expression } = call;
  const name = t.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText(source.tree);
  if (name !== 'softmax') {
    return null;
  }
  const applied = appliedTo(source, call);
  if (applied !== null) {
    return applied;
  }
  const [given] = call.arguments ?? [];
  if (given !== undefined && !t.isObjectLiteralExpression(given) && !isNumber(t, given)) {
    return given;
  }
  const on = t.isPropertyAccessExpression(expression) ? expression.expression : null;
  // `tf.layers.softmax()` is a layer, and `tf.layers` no tensor.
  return on !== null && t.isCallExpression(on) ? on : null;
}

function isNumber(t: typeof ts, expression: ts.Expression): boolean {
  return t.isNumericLiteral(expression) || t.isPrefixUnaryExpression(expression);
}

/** What a layer is applied to: at once, or by the name that it was given where that is done once. */
function appliedTo(source: ParsedSource, made: Call): ts.Expression | null {
  const { typescript: t, tree } = source;
  const { parent } = made;
  const named = t.isVariableDeclaration(parent) && t.isIdentifier(parent.name) ? parent.name.text : null;
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (
      t.isCallExpression(node) &&
      t.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'apply'
    ) {
      const of = node.expression.expression;
      const [given] = node.arguments;
      if (given !== undefined && (of === made || (named !== null && t.isIdentifier(of) && of.text === named))) {
        found.push(given);
      }
    }
    t.forEachChild(node, visit);
  };
  visit(tree);
  const [only, ...more] = found;
  return only === undefined || more.length > 0 ? null : only;
}
