import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { quickTasks } from '../../faults/run/selection.ts';
import { faultVariants } from '../../faults/run/variant.ts';
import { test } from '../runner.ts';
import { configure, diagnosticsOf, train, workspaceFolder } from './editor.ts';

/** The rule of a diagnostic, which its code names. */
function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : '';
}

/** As a mark says it: 1-based, the end behind the last character. */
function placeOf({ range: { start, end } }: vscode.Diagnostic): string {
  return `${start.line + 1}:${start.character + 1} to ${end.line + 1}:${end.character + 1}`;
}

// One script of each seeded fault (test/faults), each of another base model and style than the one before.
for (const { variant } of quickTasks(faultVariants())) {
  const { id, script, expected } = variant;
  test(`a seeded fault is underlined exactly: ${id}`, async () => {
    const file = `seeded/${id}.mjs`;
    mkdirSync(path.join(workspaceFolder(), 'seeded'), { recursive: true });
    // The seed is an argument there.
    writeFileSync(path.join(workspaceFolder(), file), script.replace('Number(process.argv[2])', '1'));
    await configure('seed', 1);
    // Nearly every step is looked at: what is found does not depend on how busy the machine is.
    await configure('overheadBudget', 1000);
    try {
      await train(file);
    } finally {
      await configure('overheadBudget', undefined);
      await configure('seed', undefined);
    }
    const isMeant = (each: vscode.Diagnostic): boolean =>
      expected?.rules.some((rule) => rule === ruleOf(each)) === true;
    const marked = expected?.ranges.map(
      ({ start, end }) => `${start.line}:${start.column} to ${end.line}:${end.column}`,
    );
    const isExact = (each: vscode.Diagnostic): boolean => isMeant(each) && marked?.includes(placeOf(each)) === true;
    try {
      // What was found in the middle of the run may be there for a moment yet.
      await diagnosticsOf(file, (all) => all.some(isExact));
    } catch (error) {
      const found = (await diagnosticsOf(file, () => true)).map((each) => `${ruleOf(each)} at ${placeOf(each)}`);
      throw new Error(`found: ${found.join(', ')}; marked: ${marked?.join(', ')}`, { cause: error });
    }
  }, 120);
}
