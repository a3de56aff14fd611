import type { RecordedNumber, SourcePosition } from '../run/record.ts';
import type { Point } from '../run/run.ts';
import type { RuleId } from './ruleIds.ts';
import type { Sentence } from './sentence.ts';

/** `error`: what was trained is not what was meant. `warning`: training is harmed. `information`: worth knowing. */
export type Severity = 'error' | 'warning' | 'information';

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information'];

/** A number that a finding rests on. */
export interface Evidence {
  /** What it is: `share of shared's update`. */
  readonly name: string;
  readonly value: RecordedNumber;
  /** `%`, `steps`, `×` …; empty for a bare number. */
  readonly unit: string;
  /** 95 % interval, in the same unit; null where it is exact, or has none. */
  readonly interval: readonly [low: RecordedNumber, high: RecordedNumber] | null;
  /** What the rule holds it against, in the same unit; absent where that is no one number. */
  readonly threshold?: RecordedNumber;
  /** The steps it rests on: the first, the last, how many of them. Null: it is of no step. */
  readonly steps: { readonly from: number; readonly to: number; readonly count: number } | null;
  /** For a small chart: lines over steps, by name. */
  readonly series?: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

/** What an advice changes, for tools that can make the change or try it. */
export type Change =
  | { readonly of: 'weight'; readonly task: string; readonly factor: number }
  | { readonly of: 'target'; readonly task: string; readonly mean: number; readonly deviation: number }
  | {
      readonly of: 'learningRate';
      readonly group: string | null;
      readonly factor: number;
      readonly value: number | null;
    }
  | { readonly of: 'weighting'; readonly method: string }
  | {
      readonly of: 'stopGradient';
      readonly action: 'add' | 'remove' | 'move';
      /** Of whose prediction, for whom. */
      readonly task: string;
      readonly usedBy: string | null;
    };

/** What to do. Whether it helps on this run is not known before it was tried. */
export interface Advice {
  /** Stable within its finding: `standardise`, `weight`. */
  readonly id: string;
  readonly text: readonly Sentence[];
  /** Null where no tool can make it. */
  readonly change: Change | null;
  readonly state: 'untried';
}

/**
 * Which expression is meant, where a finding's position is a call or a declaration that holds it. `src/core/source` finds it: a task's
 * target, loss or loss weight in the arguments of fit, trainOnBatch or compile; a property of an option object, or the first of several
 * that is written there; an argument; what a layer is given, where it is made; what a softmax is given.
 */
export type Expression =
  | { readonly of: 'target' | 'loss' | 'lossWeight'; readonly task: string }
  | { readonly of: 'property'; readonly name: string }
  | { readonly of: 'firstProperty'; readonly names: readonly string[] }
  | { readonly of: 'argument'; readonly index: number }
  | { readonly of: 'input' | 'logits' };

/** Another place that belongs to a finding. */
export interface RelatedPlace {
  readonly position: SourcePosition;
  readonly text: Sentence;
}

/** What a rule has found. */
export interface RuleFinding {
  /** What tells it from other findings of its rule: a task, a group, a place. Stable over steps and runs of one script. */
  readonly place: string;
  readonly severity: Severity;
  /** Term ids and group ids, as in the graph. */
  readonly tasks: readonly string[];
  readonly groups: readonly string[];
  /** Where it is caused, as near as is known. */
  readonly position: SourcePosition | null;
  /** Where the position is that of something larger, the part of it that is meant; null: the expression at the position. */
  readonly expression: Expression | null;
  /** What happens, in a sentence or two with its main figure. */
  readonly message: readonly Sentence[];
  readonly evidence: readonly Evidence[];
  /** Why it matters. */
  readonly why: readonly Sentence[];
  readonly advice: readonly Advice[];
  /** Publication, or tfjs source, that it rests on. */
  readonly source: string;
  readonly related: readonly RelatedPlace[];
  /**
   * The script itself asks for what is found, as with a loss whose sign was turned: no other finding explains it, and it may explain
   * what stands before it in causal order.
   */
  readonly isAskedFor?: true;
  /** The step that it holds since, where the rule knows; null: found by looking at the run as it was at earlier steps. */
  readonly since: number | null;
}

/** A finding in its place among the others. */
export interface Finding extends RuleFinding {
  /** `rule:place`. */
  readonly id: string;
  readonly rule: RuleId;
  readonly since: number;
  /** Id of the finding that explains this one; null: it is a root. */
  readonly root: string | null;
}
