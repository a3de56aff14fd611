/** How a stretch of text is set off. The report is the same words with and without: colour never carries a meaning alone. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string): string => text;

export const plainStyle: Style = { heading: same, strong: same, faint: same, good: same, warn: same, bad: same };
