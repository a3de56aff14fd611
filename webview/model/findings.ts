import type { ShownFinding } from '../../src/protocol/shownFindings.ts';

/** A run's findings as they are read: the most important root, then the others, then what is only worth knowing. */
export interface Arranged {
  /** The first root that harms; null where none does. */
  readonly lead: ShownFinding | null;
  /** Further roots that harm. */
  readonly others: readonly ShownFinding[];
  /** Roots of severity information. */
  readonly notes: readonly ShownFinding[];
}

/** The order of the findings is the host's: roots by severity and in causal order. */
export function arranged(findings: readonly ShownFinding[]): Arranged {
  const ids = new Set(findings.map(({ id }) => id));
  // What explains a finding may be ignored: then the finding stands for itself.
  const roots = findings.filter(({ root }) => root === null || !ids.has(root));
  const [lead = null, ...others] = roots.filter(({ severity }) => severity !== 'information');
  return { lead, others, notes: roots.filter(({ severity }) => severity === 'information') };
}

/** All that a finding explains, by one step or by several, in the host's order. */
export function explainedBy(id: string, findings: readonly ShownFinding[]): ShownFinding[] {
  const explained = new Set([id]);
  for (let before = 0; before !== explained.size;) {
    before = explained.size;
    findings.filter(({ root }) => root !== null && explained.has(root)).forEach((each) => explained.add(each.id));
  }
  return findings.filter((each) => each.id !== id && explained.has(each.id));
}
