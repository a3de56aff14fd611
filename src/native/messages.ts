import type { Sentence } from '../core/diagnosis/sentence.ts';
import type { Plan } from './plan.ts';
import type { SetUpResult, Step } from './setUpNative.ts';

/**
 * What `setUp.mjs --json` writes, a line each. The plan comes first; the set-up begins when a line `yes` arrives on standard
 * input (at once with `--yes`), and is called off when standard input ends.
 */
export type SetUpMessage =
  | { readonly type: 'plan'; readonly plan: Plan }
  | { readonly type: 'progress'; readonly step: Step; readonly part: number }
  | ({ readonly type: 'done' } & SetUpResult)
  | { readonly type: 'failed'; readonly sentences: readonly Sentence[] }
  | { readonly type: 'cancelled' };
