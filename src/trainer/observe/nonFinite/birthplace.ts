import type { EventLine } from '../../../core/run/record.ts';
import type { NodeOrigin } from '../tape/forwardTrace.ts';
import type { Numbers } from '../tape/engineInternals.ts';
import type { Reductions } from '../measure/reductions.ts';

/** Where the first number that is not finite came from. */
export interface Birthplace extends NonNullable<EventLine['cause']> {
  /** The variable that holds it, where it was in the weights already. */
  readonly variable: string | null;
  readonly origin: NodeOrigin | undefined;
  /** Place among the terms of the task whose part of the tape it is; null: several tasks'. */
  readonly term: number | null;
}

/** As people know it: scopes of tfjs's own ops carry a suffix, and a gradient of the script's own has the name of any scope. */
export function opName(kernelName: string, origin: NodeOrigin | undefined): string {
  return origin?.custom === true ? 'customGrad' : kernelName.replace(/_*__op$/, '');
}

/** True for numbers that can be other than finite, and are. */
export function isBroken(reductions: Reductions, tensor: Numbers): boolean {
  return tensor.dtype === 'float32' && tensor.size > 0 && !reductions.allFinite(tensor);
}
