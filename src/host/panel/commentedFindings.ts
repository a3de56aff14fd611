import * as vscode from 'vscode';
import type { Finding } from '../../core/diagnosis/finding.ts';
import { locate, placeToShow, type ReadSource } from '../../core/diagnosis/locate.ts';
import type { Run } from '../../core/run/run.ts';
import { parseSource } from '../../core/source/index.ts';
import { loadTypescript } from '../editor/loadTypescript.ts';
import { openSources, type Source } from '../editor/sources.ts';
import { fileOf } from '../reveal.ts';
import type { Disposable } from '../signal.ts';
import type { IgnoredFindings } from './findingsFeed.ts';

/** What every comment that ignores findings begins with. */
const IGNORE = 'mtl-debugger-ignore';

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
    const pathOf = (file: string): string => fileOf(cwd, { file, line: 1, column: 1 });
    const sources = await openSources(files.map(pathOf), this.log);
    const trained = new Date(run.header?.time ?? 0).getTime();
    const located = locate(findings, run, (file) => {
      const source = sources.get(pathOf(file));
      return source === undefined ? null : this.#read(file, source, trained);
    });
    return new Set(findings.filter(({ id }) => located.get(id)?.ignored === true).map(({ id }) => id));
  }

  onChange(changed: () => void): Disposable {
    return vscode.workspace.onDidSaveTextDocument(changed);
  }

  #read(file: string, { document, changed }: Source, trained: number): ReadSource | null {
    const text = document.getText();
    // Most files have no such comment: the parser is not needed for them.
    return text.includes(IGNORE)
      ? {
          source: parseSource(loadTypescript(this.typescript), file, text),
          edited: document.isDirty || changed > trained,
        }
      : null;
  }
}
