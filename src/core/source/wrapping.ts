import type ts from 'typescript';

type Call = ts.CallExpression | ts.NewExpression;

/** Calls whose result is one function's own result, be it a list: `const [a, b] = tf.tidy(() => [..., ...])`. */
const givesBackLists = /^(?:tidy|keep|all|time|resolve|then)$/u;

/** Calls that run a function for its effect, for every element, or for its slope: their result is not its result. */
const usesFunctionOtherwise =
  /^(?:map|flatMap|filter|reduce|reduceRight|forEach|find|some|every|sort|from|on|once|addEventListener|set[A-Z]\w*|queueMicrotask|nextTick|\w*[gG]rads?)$/u;

/** Whether a call hands on what its argument holds: a list taken apart later, or the result of a function. */
export function wrapperGivesBack(t: typeof ts, call: Call, what: 'list' | 'result of a function'): boolean {
  const name = calledName(t, call);
  if (t.isNewExpression(call)) {
    return false;
  }
  return what === 'list' ? givesBackLists.test(name) : !usesFunctionOtherwise.test(name);
}

/**
 * Whether a value is one of several that a call adds: `a().add(b())` under the name `total` is neither a nor b.
 * A constant beside it does not count.
 */
export function isPartOfSum(t: typeof ts, call: Call, value: ts.Expression): boolean {
  return isAddition(t, call) && operands(t, call).some((other) => other !== value && !isConstant(t, other));
}

function isAddition(t: typeof ts, call: Call): boolean {
  return /^(?:add|addStrict|plus)$/u.test(calledName(t, call));
}

function operands(t: typeof ts, call: Call): ts.Expression[] {
  const listed = [...(call.arguments ?? [])];
  // `tf.add(a, b)` names both, `a.add(b)` has the first before the dot.
  return listed.length < 2 && t.isPropertyAccessExpression(call.expression)
    ? [call.expression.expression, ...listed]
    : listed;
}

function isConstant(t: typeof ts, expression: ts.Expression): boolean {
  if (t.isPrefixUnaryExpression(expression)) {
    return isConstant(t, expression.operand);
  }
  const isScalar = t.isCallExpression(expression) && calledName(t, expression) === 'scalar';
  return t.isNumericLiteral(expression) || isScalar;
}

function calledName(t: typeof ts, { expression }: Call): string {
  if (t.isPropertyAccessExpression(expression)) {
    return expression.name.text;
  }
  return t.isIdentifier(expression) ? expression.text : '';
}
