import { countedBySeverity, severityMark } from '../../diagnosis/text.ts';
import { counted, formatPosition } from '../format.ts';
import { wrap } from '../layout.ts';
import type { Report } from '../report.ts';
import type { Page, Section } from './page.ts';

/** The roots of what was found, a sentence each. `mtl-debugger diagnose` says all of it. */
export function findingSection({ findings, run }: Report, page: Page): Section {
  const { width, style } = page;
  const shown = findings.filter(({ ignored }) => !ignored);
  const ids = new Set(shown.map(({ id }) => id));
  const roots = shown.filter(({ root }) => root === null || !ids.has(root));
  const ignored = findings.length - shown.length;
  if (findings.length === 0) {
    return [];
  }
  const told = [countedBySeverity(shown), ...(ignored === 0 ? [] : [`${ignored} ignored`])].filter(
    (each) => each !== '',
  );
  return [
    style.heading(`Findings: ${told.join(', ')}`),
    ...roots.flatMap(({ id, severity, message, file, line, column }) => {
      const place =
        file === null || line === null || column === null ? '' : ` (${formatPosition({ file, line, column })})`;
      const explained = shown.filter(({ root }) => root === id).length;
      const more = explained === 0 ? '' : ` It explains ${counted(explained, 'more finding')}.`;
      const [first = '', ...rest] = wrap(`${severity}: ${message}${place}${more}`, width, 4);
      return [`  ${severityMark(severity, page)} ${first.trimStart()}`, ...rest];
    }),
    ...wrap(`Evidence, and what to do: mtl-debugger diagnose ${run.folder}`, Infinity, 2).map(style.faint),
  ];
}
