/** Words that say "this is a loss" or "this computes it" and nothing about the task. */
const saysLoss = new Set(['loss', 'losses', 'cost', 'costs']);
const saysFunction = new Set(['fn', 'func', 'function', 'compute', 'calc', 'calculate', 'get']);

/**
 * The task that a variable (or function, or property) with a loss in it speaks of: `clickLoss`, `loss_click`, `lClick`
 * and `computeClickLoss` all give `click`. A name that says no more than "loss" stays as it is: `loss`, `total`, `L`,
 * `loss1`.
 */
export function taskNameFrom(variableName: string): string {
  const words = wordsOf(variableName);
  const namesLoss = words.some(({ text }) => saysLoss.has(text.toLowerCase()));
  const kept = words.filter(({ text }, index) => {
    const word = text.toLowerCase();
    const abbreviatesLoss = index === 0 && word === 'l' && !namesLoss;
    return !abbreviatesLoss && !saysLoss.has(word) && !(namesLoss && saysFunction.has(word));
  });
  const name = kept.map(({ text, joint }, index) => (index === 0 ? uncapitalised(text) : joint + text)).join('');
  if (kept.length === words.length || !/\p{L}/u.test(name)) {
    return variableName;
  }
  return variableName === variableName.toUpperCase() ? name.toLowerCase() : name;
}

interface Word {
  readonly text: string;
  /** What stood between it and the word before: `_` or nothing. */
  readonly joint: string;
}

function wordsOf(name: string): Word[] {
  return name
    .split(/[_$\s-]+/u)
    .filter((part) => part !== '')
    .flatMap((part) =>
      // A run of capitals is one word (`CTR` in `CTRLoss`), but its last one begins the next word.
      (part.match(/\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[^\p{Lu}]+/gu) ?? []).map((text, index) => ({
        text,
        joint: index === 0 ? '_' : '',
      })),
    );
}

/** `Click` -> `click`, `Y1` -> `y1`, but `CTR` stays. */
function uncapitalised(word: string): string {
  return /^\p{Lu}(?!\p{Lu})/u.test(word) ? word.charAt(0).toLowerCase() + word.slice(1) : word;
}
