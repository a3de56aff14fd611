import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import { diagnosisDocument, type DiagnosisDocument } from '../core/diagnosis/document.ts';
import { locate } from '../core/diagnosis/locate.ts';
import { parseSource } from '../core/source/index.ts';
import { readRunSource } from '../launch/readRunSource.ts';
import type { OpenedRun } from './openRun.ts';

/** The parser, beside the folder of the file this is built into. */
const TYPESCRIPT = fileURLToPath(new URL('../trainer/typescript.cjs', import.meta.url));

/** What is wrong with a run, with the places in its sources as they are on this machine. */
export function diagnoseRun({ run }: OpenedRun): DiagnosisDocument {
  const diagnosis = diagnose(run);
  const located = locate(diagnosis.findings, run, (file) => {
    const found = readRunSource(run.header, file);
    if (found === null) {
      return null;
    }
    // The parser is large: it is loaded where there is something to point at.
    const typescript = createRequire(import.meta.url)(TYPESCRIPT) as typeof ts;
    return { source: parseSource(typescript, found.path, found.text), edited: found.edited };
  });
  return diagnosisDocument(run, diagnosis, located);
}
