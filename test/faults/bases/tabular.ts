import { CLASSES, type BaseTask } from './base.ts';

/** Columns of the tabular inputs. */
export const COLUMNS = 16;

/** Rows in columns of normal numbers; each target follows from them: a line and a wave, or the largest of some lines. */
export function tabularData(tasks: readonly BaseTask[]): string[] {
  return [
    `/** ${COLUMNS} columns; each target follows from two directions of its own in them, with a little noise. */`,
    'function data(rows) {',
    '  const { normal } = randomNumbers(seed);',
    `  const direction = () => Array.from({ length: ${COLUMNS} }, () => normal() / ${Math.sqrt(COLUMNS)});`,
    '  const dot = (u, v) => u.reduce((sum, value, i) => sum + value * v[i], 0);',
    ...tasks.map(({ name, kind }) =>
      kind === 'regression'
        ? `  const [${name}Line, ${name}Wave] = [direction(), direction()];`
        : `  const ${name}Lines = Array.from({ length: ${CLASSES} }, direction);`,
    ),
    `  const table = Array.from({ length: rows }, () => Array.from({ length: ${COLUMNS} }, normal));`,
    '  return {',
    '    x: tf.tensor2d(table),',
    ...tasks.map(({ name, kind }) =>
      kind === 'regression'
        ? `    ${name}: tf.tensor2d(table.map((row) => [dot(${name}Line, row) + Math.sin(dot(${name}Wave, row)) + 0.1 * normal()])),`
        : `    ${name}: tf.tensor1d(table.map((row) => largest(${name}Lines.map((line) => dot(line, row))))),`,
    ),
    '  };',
    '}',
    ...(tasks.some(({ kind }) => kind === 'classification')
      ? ['', 'function largest(values) {', '  return values.indexOf(Math.max(...values));', '}']
      : []),
  ];
}
