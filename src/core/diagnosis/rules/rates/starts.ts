import type { Advice, Expression } from '../../finding.ts';
import { say } from '../../sentence.ts';

/** The option of a layer that says how one of its variables starts: `trunk/kernel` by `kernelInitializer`. */
export function startOf(variable: string): Expression {
  const own = variable.slice(variable.lastIndexOf('/') + 1).replace(/(?<=\w)_kernel$/u, '');
  const name = own.replace(/_(\w)/gu, (_, letter: string) => letter.toUpperCase());
  return { of: 'firstProperty', names: [`${name}Initializer`] };
}

/** What decides whether a rectifier is ever above 0. */
export const STARTS_DEAD: Expression = { of: 'firstProperty', names: ['biasInitializer', 'kernelInitializer'] };

/** What decides how large the values are that go into an activation. */
export const STARTS_WIDE: Expression = { of: 'firstProperty', names: ['kernelInitializer', 'biasInitializer'] };

export const DEAD_START: Advice = {
  id: 'start',
  text: [say('Start the bias at 0 or a little above, and the kernel as He does (heNormal).')],
  change: null,
  state: 'untried',
};
