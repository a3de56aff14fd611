import type { VNode } from 'preact';
import type { Severity } from '../../src/core/diagnosis/finding.ts';

const words: Readonly<Record<Severity, string>> = { error: 'Error', warning: 'Warning', information: 'Note' };

/** Outlines that differ in shape, for those who see no colour. */
const outlines: Readonly<Record<Severity, VNode>> = {
  error: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M5.5 5.5l5 5m0-5l-5 5" />
    </>
  ),
  warning: (
    <>
      <path d="M8 2L15 14H1Z" />
      <path d="M8 6.5v3.5m0 1.4v.6" />
    </>
  ),
  information: (
    <>
      <rect x="2" y="2" width="12" height="12" rx="3" />
      <path d="M8 7.2v4.3m0-6.4v-.6" />
    </>
  ),
};

/** How bad a finding is: by a shape, a word and a colour. */
export function SeverityMark({ severity }: { readonly severity: Severity }): VNode {
  return (
    <span class={`severity ${severity}`}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        {outlines[severity]}
      </svg>
      {words[severity]}
    </span>
  );
}
