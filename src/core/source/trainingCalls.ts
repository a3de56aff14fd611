import type ts from 'typescript';
import type { ParsedSource } from './parseSource.ts';

/** A call that trains, as far as its name tells. */
export interface TrainingCall {
  readonly method: string;
  /** Where the method's name stands; 1-based, columns in UTF-16 units: as a stack frame gives it. */
  readonly line: number;
  readonly column: number;
}

const TRAINING_METHODS: ReadonlySet<string> = new Set(['fit', 'fitDataset', 'trainOnBatch', 'minimize']);

/** The calls of methods by which tfjs trains, in the order of the text. */
export function trainingCalls({ tree, typescript: t }: ParsedSource): TrainingCall[] {
  const calls: TrainingCall[] = [];
  const visit = (node: ts.Node): void => {
    if (t.isCallExpression(node) && t.isPropertyAccessExpression(node.expression)) {
      const { name } = node.expression;
      if (TRAINING_METHODS.has(name.text)) {
        const { line, character } = tree.getLineAndCharacterOfPosition(name.getStart(tree));
        calls.push({ method: name.text, line: line + 1, column: character + 1 });
      }
    }
    t.forEachChild(node, visit);
  };
  visit(tree);
  return calls.sort((a, b) => a.line - b.line || a.column - b.column);
}
