import * as vscode from 'vscode';
import type { Finding } from '../../core/diagnosis/finding.ts';
import { locate, placeToShow } from '../../core/diagnosis/locate.ts';
import type { Run } from '../../core/run/run.ts';
import { ignoreComments } from '../../core/source/ignoreComments.ts';
import { parseSource, type ParsedSource } from '../../core/source/parseSource.ts';
import { loadTypescript } from '../editor/loadTypescript.ts';
import { openSources, type Source } from '../editor/sources.ts';
import { fileOf } from '../reveal.ts';
import type { Disposable } from '../signal.ts';
import type { IgnoredFindings } from './findingsFeed.ts';

/** Findings that are ignored by a comment of the user's. */
export class CommentedFindings implements IgnoredFindings {
  /** @param typescript the built parser */
  constructor(
    private readonly typescript: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async of(findings: readonly Finding[], run: Run): Promise<ReadonlySet<string>> {
    const cwd = run.header?.cwd;
    const places = findings.map((finding) => placeToShow(finding, run));
    const files = [...new Set(places.flatMap((place) => place?.file ?? []))];
    if (cwd === undefined || files.length === 0) {
      return new Set();
    }
    const absolute = new Map(files.map((file) => [file, fileOf(cwd, { file, line: 1, column: 1 })]));
    const sources = await openSources([...absolute.values()], this.log);
    const typescript = loadTypescript(this.typescript);
    const parsed = new Map<string, ParsedSource & { readonly edited: boolean }>();
    for (const [file, path] of absolute) {
      const source = sources.get(path);
      if (source !== undefined) {
        const edited = isEdited(source, new Date(run.header?.time ?? 0).getTime());
        parsed.set(file, { ...parseSource(typescript, file, source.document.getText()), edited });
      }
    }
    // In a file that was edited, the lines of the record may be others: only what ignores in the whole file is sure there.
    const located = locate(findings, run, (file) => {
      const source = parsed.get(file);
      return source === undefined || source.edited ? null : source;
    });
    const inFile = new Map([...parsed].map(([file, source]) => [file, ignoreComments(source).inFile]));
    const isIgnored = ({ id, rule }: Finding, i: number): boolean =>
      located.get(id)?.ignored === true || inFile.get(places[i]?.file ?? '')?.has(rule) === true;
    return new Set(findings.filter(isIgnored).map(({ id }) => id));
  }

  onChange(changed: () => void): Disposable {
    return vscode.workspace.onDidSaveTextDocument(changed);
  }
}

function isEdited({ document, changed }: Source, trained: number): boolean {
  return document.isDirty || changed > trained;
}
