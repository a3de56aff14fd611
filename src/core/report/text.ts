import type { Report } from './report.ts';
import { activitySection } from './sections/activity.ts';
import { cosineSection } from './sections/cosines.ts';
import { declaredCutSection, openPathsSection, passThroughSection, undeclaredCutSection } from './sections/cuts.ts';
import { findingSection } from './sections/findings.ts';
import { boundarySection } from './sections/boundary.ts';
import { lossSection } from './sections/losses.ts';
import { normSection } from './sections/norms.ts';
import { nothingObservedSection, openingSection } from './sections/opening.ts';
import {
  featureSection,
  nonFiniteSection,
  noticeSection,
  optimizerStateSection,
  recordSection,
  untrainedSection,
  validationSection,
} from './sections/others.ts';
import type { Page, Section } from './sections/page.ts';
import { plainStyle, type Style } from './style.ts';

/** Causes before their effects: what is cut off or not finite explains the figures below it. */
const sections: readonly ((report: Report, page: Page) => Section)[] = [
  openingSection,
  nothingObservedSection,
  findingSection,
  undeclaredCutSection,
  optimizerStateSection,
  nonFiniteSection,
  lossSection,
  normSection,
  boundarySection,
  cosineSection,
  activitySection,
  featureSection,
  declaredCutSection,
  openPathsSection,
  passThroughSection,
  untrainedSection,
  validationSection,
  noticeSection,
  recordSection,
];

/**
 * The report for people, ending with a line break. Sentences keep to `width` characters; a table is as wide as its
 * figures need (under 80 for names of ordinary length). The words are the same with and without colour.
 */
export function reportText(
  report: Report,
  { width = 80, style = plainStyle }: { width?: number; style?: Style } = {},
): string {
  const page = { width: Math.max(40, width), style };
  const parts = sections.map((section) => section(report, page)).filter((lines) => lines.length > 0);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
