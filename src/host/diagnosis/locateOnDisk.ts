import type { Finding } from '../../core/diagnosis/finding.ts';
import { locate, type Located } from '../../core/diagnosis/locate.ts';
import type { Run } from '../../core/run/run.ts';
import { parseSource } from '../../core/source/index.ts';
import { readRunSource } from '../../launch/readRunSource.ts';
import { loadTypescript } from '../editor/loadTypescript.ts';

/**
 * Where findings of a run stand in its sources as they are on disk, and which of them comments ignore, by the findings' ids. The
 * editor knows more: what is not saved yet, and what moved.
 *
 * @param typescript the built parser, which is loaded where there is something to point at
 */
export function locateOnDisk(findings: readonly Finding[], run: Run, typescript: string): Map<string, Located> {
  const { header } = run;
  return locate(findings, run, (file) => {
    const found = header === null ? null : readRunSource(header, file);
    return found === null
      ? null
      : { source: parseSource(loadTypescript(typescript), found.path, found.text), edited: found.edited };
  });
}
