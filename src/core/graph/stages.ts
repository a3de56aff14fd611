import type { LossTape } from './lossTerms.ts';

/** A tape whose tensors have shapes. */
export interface ShapedTape extends LossTape {
  shapeOf(tensor: number): readonly number[];
}

type Node = LossTape['nodes'][number];

/** What changes a tensor's form, and none of its numbers. */
const sameForm = new Set(['Cast', 'Reshape', 'ExpandDims', 'Identity']);
/** What picks numbers, or puts them in another order. */
const picks = new Set(['Slice', 'StridedSlice', 'GatherV2', 'SplitV', 'Unpack', 'Transpose', 'Reverse']);

/** From the data to `tensor`, for as long as one tensor alone, beside lone numbers, is made into the next. */
export function stagesOf(tape: ShapedTape, tensor: number): readonly number[] {
  const makers = makersOf(tape);
  const stages = [tensor];
  for (let at = tensor; ;) {
    const maker = makers.get(at);
    const [from, ...more] = maker?.inputs.filter((input) => tape.sizeOf(input) > 1) ?? [];
    const keeps = from !== undefined && (maker?.kernel === 'OneHot' || tape.sizeOf(from) === tape.sizeOf(at));
    if (from === undefined || more.length > 0 || !keeps) {
      return stages;
    }
    stages.unshift(from);
    at = from;
  }
}

/** Of the stages of a target, the class ids that one-hot rows were made of; undefined where none were. */
export function codedFrom(tape: ShapedTape, stages: readonly number[]): number | undefined {
  return stages.findLast((_, at) => makersOf(tape).get(stages[at + 1] ?? -1)?.kernel === 'OneHot');
}

/** Tensors that hold the numbers of `tensor`, itself first: of those that it was made of, the ones that differ in form alone. */
export function sameNumbers(tape: ShapedTape, tensor: number): readonly number[] {
  const found = [tensor];
  for (let at = tensor; ;) {
    const maker = makersOf(tape).get(at);
    const [from] = maker?.inputs ?? [];
    if (maker === undefined || from === undefined || !sameForm.has(maker.kernel)) {
      return found;
    }
    found.push(from);
    at = from;
  }
}

/** The operation that has computed the numbers of `tensor`, rather than picked them; null where they are data. */
export function computedAt(tape: ShapedTape, tensor: number): number | null {
  let maker = makersOf(tape).get(tensor);
  while (maker !== undefined && (sameForm.has(maker.kernel) || picks.has(maker.kernel))) {
    maker = makersOf(tape).get(maker.inputs[0] ?? -1);
  }
  return maker === undefined ? null : tape.nodes.indexOf(maker);
}

const known = new WeakMap<object, Map<number, Node>>();

/** By tensor the operation that made it. */
export function makersOf({ nodes }: LossTape): ReadonlyMap<number, Node> {
  let makers = known.get(nodes);
  if (makers === undefined) {
    makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
    known.set(nodes, makers);
  }
  return makers;
}
