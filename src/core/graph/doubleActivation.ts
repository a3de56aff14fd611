import type { LossInputs } from './lossInputs.ts';
import type { ShapedTape } from './stages.ts';

export type Activation = 'softmax' | 'sigmoid';

/** An activation on what an activation has made: probabilities are taken for logits. */
export interface DoubleActivation {
  readonly first: { readonly node: number; readonly activation: Activation };
  /** What applies it again: a node, and what it is to people. */
  readonly second: { readonly node: number; readonly what: string; readonly activation: Activation };
}

/** What leaves probabilities as they are, or nearly. */
const passes = new Set(['Reshape', 'Identity', 'Cast', 'ExpandDims', 'Squeeze', 'ClipByValue', 'Transpose', 'Slice']);

/** Between a prediction and its loss: operations that take the result of a softmax or a sigmoid for logits. */
export function doubleActivations(tape: ShapedTape, { nodes, made }: LossInputs): DoubleActivation[] {
  const consumers = (tensor: number): number[] =>
    nodes.filter((node) => tape.nodes[node]?.inputs.includes(tensor) === true);
  const outputOf = (node: number): number => tape.nodes[node]?.outputs.find((output) => made.has(output)) ?? -1;
  const kernelOf = (node: number): string => tape.nodes[node]?.kernel ?? '';
  const leadsBy = (node: number, [next, ...rest]: readonly string[]): boolean =>
    next === undefined || consumers(outputOf(node)).some((after) => kernelOf(after) === next && leadsBy(after, rest));
  const again = (node: number): Omit<DoubleActivation['second'], 'node'> | null => {
    const kernel = kernelOf(node);
    if (kernel === 'Softmax') {
      return { what: 'softmax', activation: 'softmax' };
    }
    if (kernel === 'Sigmoid') {
      return { what: 'sigmoid', activation: 'sigmoid' };
    }
    if (/^softmaxCrossEntropy/.test(kernel)) {
      return { what: 'softmaxCrossEntropy', activation: 'softmax' };
    }
    if (/^logSoftmax/i.test(kernel)) {
      return { what: 'logSoftmax', activation: 'softmax' };
    }
    // log(1 + exp(-|z|)): how tfjs computes the cross-entropy of sigmoid(z).
    return kernel === 'Abs' && leadsBy(node, ['Neg', 'Exp', 'Log1p'])
      ? { what: 'sigmoidCrossEntropy', activation: 'sigmoid' }
      : null;
  };
  const found: DoubleActivation[] = [];
  for (const node of nodes) {
    const activation = activationOf(kernelOf(node));
    if (activation === null) {
      continue;
    }
    const waiting = [outputOf(node)];
    for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
      for (const after of consumers(tensor)) {
        const second = again(after);
        const isLoss = second !== null && /CrossEntropy$/.test(second.what);
        if (second !== null && (isLoss || second.activation === activation)) {
          found.push({ first: { node, activation }, second: { node: after, ...second } });
        } else if (passes.has(kernelOf(after))) {
          waiting.push(outputOf(after));
        }
      }
    }
  }
  return found;
}

function activationOf(kernel: string): Activation | null {
  return kernel === 'Softmax' ? 'softmax' : kernel === 'Sigmoid' ? 'sigmoid' : null;
}

/** The prediction goes through a softmax before it is compared: its classes exclude each other. */
export function excludesClasses(tape: ShapedTape, { nodes }: LossInputs): boolean {
  return nodes.some((node) => /^(?:softmax|logSoftmax)/i.test(tape.nodes[node]?.kernel ?? ''));
}
