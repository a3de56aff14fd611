import type { Style } from '../style.ts';

/** How wide the text may be, and how it is set off. */
export interface Page {
  readonly width: number;
  readonly style: Style;
}

/** A part of the report: its lines, the heading first; no lines where it has nothing to say. */
export type Section = readonly string[];
