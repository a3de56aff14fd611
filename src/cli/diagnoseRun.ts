import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import { diagnosisDocument, type DiagnosisDocument } from '../core/diagnosis/document.ts';
import { locate, type ReadSource } from '../core/diagnosis/locate.ts';
import type { HeaderLine } from '../core/run/record.ts';
import { parseSource } from '../core/source/index.ts';
import type { OpenedRun } from './openRun.ts';

/** The parser, beside the folder of the file this is built into. */
const TYPESCRIPT = fileURLToPath(new URL('../trainer/typescript.cjs', import.meta.url));

/** What is wrong with a run, with the places in its sources as they are on this machine. */
export function diagnoseRun({ run }: OpenedRun): DiagnosisDocument {
  const diagnosis = diagnose(run);
  // The parser is large: it is loaded where there is something to point at.
  const located = locate(diagnosis.findings, run, (file) => readSource(run.header, file));
  return diagnosisDocument(run, diagnosis, located);
}

function readSource(header: HeaderLine, file: string): ReadSource | null {
  const path = resolve(header.cwd, file);
  if (!existsSync(path)) {
    return null;
  }
  const bytes = readFileSync(path);
  const isEntry = path === resolve(header.cwd, header.entry);
  const edited =
    isEntry && header.scriptHash !== null
      ? header.scriptHash !== `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      : statSync(path).mtimeMs > new Date(header.time).getTime();
  const typescript = createRequire(import.meta.url)(TYPESCRIPT) as typeof ts;
  return { source: parseSource(typescript, path, bytes.toString('utf8')), edited };
}
