import type * as Tf from '@tensorflow/tfjs';
import { isVariable, type TapeNode } from './engineInternals.ts';

/** Where a tensor stands on a tape: the same place on every tape with the same fingerprint. */
export type TensorPlace =
  | { readonly tapeIndex: number; readonly output: number }
  | { readonly tapeIndex: number; readonly input: string }
  | 'total';

/** What was noted beside the tape: links make a difference to the structure, and are on no node. */
export interface Beside {
  readonly stops: number;
  readonly reads: number;
  readonly built: number;
}

/** Tells cheaply, at every step, whether a tape has the structure of one that was read before. */
export interface TapeFingerprint {
  matches(tape: readonly TapeNode[], total: Tf.Tensor, beside: Beside): boolean;
}

/** An input that was there before the loss function ran and is no variable: data, a new tensor at every step. */
const OLDER = -1;

/**
 * Takes a tape's fingerprint: its kernels, and its tensors by their distance in number from the first one. tfjs numbers tensors
 * one by one, so a function that does the same again makes the same distances. A tape that does not match may
 * have the same structure all the same. It does not see the type that a cast makes, one custom gradient in another's place, or one
 * piece of data used twice for two: none of them changes who leads to whom.
 */
export function fingerprintOf(tape: readonly TapeNode[], total: Tf.Tensor, beside: Beside): TapeFingerprint {
  const base = tape[0]?.outputs[0]?.id ?? total.id;
  const kernels = tape.map(({ kernelName }) => kernelName);
  const codes: number[] = [];
  for (const node of tape) {
    for (const name in node.inputs) {
      codes.push(codeOf(node.inputs[name], base));
    }
    codes.push(...node.outputs.map((output) => codeOf(output, base)));
  }
  const totalCode = codeOf(total, base);
  const { stops, reads, built } = beside;
  return {
    matches: (other, otherTotal, otherBeside) => {
      if (
        other.length !== kernels.length ||
        otherBeside.stops !== stops ||
        otherBeside.reads !== reads ||
        otherBeside.built !== built
      ) {
        return false;
      }
      const start = other[0]?.outputs[0]?.id ?? otherTotal.id;
      let at = 0;
      for (let i = 0; i < other.length; i++) {
        const node = other[i];
        if (node === undefined || node.kernelName !== kernels[i]) {
          return false;
        }
        for (const name in node.inputs) {
          if (!isAt(node.inputs[name], start, codes[at++])) {
            return false;
          }
        }
        for (const output of node.outputs) {
          if (!isAt(output, start, codes[at++])) {
            return false;
          }
        }
      }
      return at === codes.length && codeOf(otherTotal, start) === totalCode;
    },
  };
}

/** Variables by their own number (below -1), tensors of this tape by their distance, all other tensors alike. */
function codeOf(tensor: Tf.Tensor | undefined, base: number): number {
  if (tensor === undefined) {
    return OLDER;
  }
  if (tensor.id >= base) {
    return tensor.id - base;
  }
  return isVariable(tensor) ? -2 - tensor.id : OLDER;
}

/** Whether a tensor has this code; sooner than by asking for its own, since a number is a variable's or another tensor's for good. */
function isAt(tensor: Tf.Tensor | undefined, base: number, code: number | undefined): boolean {
  if (tensor === undefined || code === undefined || code === OLDER) {
    return codeOf(tensor, base) === code;
  }
  return tensor.id === (code < OLDER ? -2 - code : base + code);
}

/** The tensor at a place. */
export function tensorAt(place: TensorPlace, tape: readonly TapeNode[], total: Tf.Tensor): Tf.Tensor | undefined {
  if (place === 'total') {
    return total;
  }
  const node = tape[place.tapeIndex];
  return 'output' in place ? node?.outputs[place.output] : node?.inputs[place.input];
}

/** The first place of each tensor, by its id. */
export function placesOf(tape: readonly TapeNode[], total: Tf.Tensor): ReadonlyMap<number, TensorPlace> {
  const places = new Map<number, TensorPlace>();
  const note = (tensor: Tf.Tensor, place: TensorPlace): void => {
    if (!places.has(tensor.id)) {
      places.set(tensor.id, place);
    }
  };
  for (const [tapeIndex, node] of tape.entries()) {
    for (const [input, tensor] of Object.entries(node.inputs)) {
      note(tensor, { tapeIndex, input });
    }
    for (const [output, tensor] of node.outputs.entries()) {
      note(tensor, { tapeIndex, output });
    }
  }
  note(total, 'total');
  return places;
}
