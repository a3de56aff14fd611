/** How tfjsNodeOnDemand.cts, a file by itself, asks the trainer that started it. */
const key = Symbol.for('mtl-debugger.tfjs-node');

/** `answer` is called when the script first imports tfjs-node: with what it gets, or null for the substitute. */
export function answerImports(answer: () => unknown): void {
  Object.defineProperty(globalThis, key, { value: answer, configurable: true });
}
