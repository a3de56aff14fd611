/** A sentence that can be translated: `{0}`, `{1}` … stand for the values, which are names, numbers and units, never words. */
export interface Sentence {
  readonly template: string;
  readonly values: readonly string[];
}

/** `say('{0} moves {1} of {2}.', …)`. `scripts/texts.mjs` collects the templates for translators, so each is written out. */
export function say(template: string, ...values: readonly (string | number)[]): Sentence {
  return { template, values: values.map(String) };
}

/** The words as they were written. */
export function inEnglish(...sentences: readonly Sentence[]): string {
  return sentences
    .map(({ template, values }) =>
      template.replace(/\{(\d+)\}/g, (placeholder, index) => values[Number(index)] ?? placeholder),
    )
    .join(' ');
}
