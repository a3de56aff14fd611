import type { Sentence } from '../core/diagnosis/sentence.ts';

/** Puts a message into the user's language; `{0}`, `{1}` … stand for the arguments. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

let translate: Translate = (message, ...args) =>
  message.replace(/\{(\d+)\}/g, (placeholder, index) => String(args[Number(index)] ?? placeholder));

/**
 * The words that the user reads. Files that import nothing of VS Code use it as well, so that they can be tested without;
 * activation hands VS Code's own translation in.
 */
export function t(message: string, ...args: (string | number)[]): string {
  return translate(message, ...args);
}

export function translateWith(other: Translate): void {
  translate = other;
}

/** Sentences of a diagnosis in the user's language. `scripts/texts.mjs` collects their templates where they are written. */
export function inWords(...sentences: readonly Sentence[]): string {
  return sentences.map(({ template, values }) => translate(template, ...values)).join(' ');
}
