import type { LossTape } from './lossTerms.ts';

type Node = LossTape['nodes'][number];

const passing = new Set(['Neg', 'Identity', 'Reshape', 'ExpandDims', 'Cast', 'Mean', 'Sum', 'Multiply', 'RealDiv']);
const sums = new Set(['Add', 'AddV2', 'AddN', 'Sub']);
const reductions = new Set(['Mean', 'Sum']);
const choices = new Set(['Maximum', 'Minimum', 'Max', 'Min', 'Select']);

/** Curves by the name that people call them. */
const curves: Readonly<Record<string, string>> = {
  Log: 'the logarithm',
  Log1p: 'the logarithm',
  Exp: 'the exponential',
  Sqrt: 'the square root',
  Square: 'the square',
  Pow: 'a power',
};

const plain = 'the top of the tape is no sum of several losses';

/**
 * A word for people on why the tape's top shows one task where there may be several. Descends from the total as long as
 * there are lone numbers that are only scaled or turned round: what stands there is what people combine losses with. What
 * happens to arrays, below a mean, is the loss's own business.
 */
export function whyOneTask(tape: LossTape, total: number): string {
  const { producer, trainedInputs } = dependence(tape);
  const isLoneNumber = (tensor: number): boolean =>
    tape.sizeOf(tensor) === 1 || producer.get(tensor)?.kernel === 'Pack' || producer.get(tensor)?.kernel === 'Concat';
  let reason = plain;
  for (let node = producer.get(total); node !== undefined;) {
    const inputs = trainedInputs(node);
    if (!inputs.every(isLoneNumber)) {
      break;
    }
    reason = reasonAt(node, inputs.length);
    const [only] = inputs;
    if (reason !== plain || inputs.length !== 1 || only === undefined) {
      break;
    }
    node = passing.has(node.kernel) || sums.has(node.kernel) ? producer.get(only) : undefined;
  }
  return (
    `One task: ${reason}. To tell tasks apart, add their losses in the function that is minimised, or train through ` +
    'multiTaskOptimizer.'
  );
}

/** Whether the loss of one output adds, multiplies or compares several means or sums, each of which may be a loss of its own. */
export function combinesLosses(tape: LossTape, loss: number): boolean {
  const { producer, trainedInputs } = dependence(tape);
  const scaled = (tensor: number): Node | undefined => {
    let node = producer.get(tensor);
    while (node !== undefined && passing.has(node.kernel) && !reductions.has(node.kernel)) {
      const [only, second] = trainedInputs(node);
      if (only === undefined || second !== undefined) {
        break;
      }
      node = producer.get(only);
    }
    return node;
  };
  const top = scaled(loss);
  const parts = top === undefined || reductions.has(top.kernel) ? [] : trainedInputs(top);
  return parts.length > 1 && parts.every((part) => reductions.has(scaled(part)?.kernel ?? ''));
}

function dependence(tape: LossTape) {
  const producer = new Map(tape.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const depends = new Set(tape.variables.map(({ tensor }) => tensor));
  for (const { inputs, outputs } of tape.nodes) {
    if (inputs.some((input) => depends.has(input))) {
      outputs.forEach((output) => depends.add(output));
    }
  }
  return { producer, trainedInputs: (node: Node): number[] => node.inputs.filter((input) => depends.has(input)) };
}

function reasonAt({ kernel }: Node, dependent: number): string {
  const curve = curves[kernel];
  if (curve !== undefined) {
    return `what is minimised is ${curve} of a value, and no sum, so how much one loss counts depends on the others`;
  }
  if (choices.has(kernel)) {
    return 'what is minimised is chosen among values, so only the chosen one has a gradient';
  }
  if (dependent < 2) {
    return plain;
  }
  if (kernel === 'Multiply' || kernel === 'RealDiv') {
    const combined = kernel === 'Multiply' ? 'a product' : 'a quotient';
    return `what is minimised is ${combined} of values that are trained, and no sum, so how much one counts depends on the other`;
  }
  return sums.has(kernel) ? 'the losses that are added are all computed from one prediction' : plain;
}
