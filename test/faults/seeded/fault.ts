import type { RuleId } from '../../../src/core/diagnosis/ruleIds.ts';
import type { Base, Style } from '../bases/base.ts';

/** A script with a fault in it. */
export interface Seeded {
  /** With `/*@expect RULE*\/ … /*@*\/` around each expression that is right to point at. */
  readonly script: string;
  /** Names of tasks, one of which the finding must name; empty: it is about none in particular. */
  readonly tasks: readonly string[];
  /** Layers or variables; a finding that names one in its message has told the place too. */
  readonly names?: readonly string[];
}

/** A mistake that people make, seeded into a base model's script. */
export interface Fault {
  readonly id: string;
  /** What was done, for the table. */
  readonly about: string;
  /** Its rule needs no statistics. */
  readonly exact: boolean;
  /** Rules, one of which must have the first finding. */
  readonly rules: readonly RuleId[];
  /** Null where it cannot be made in this base model or style. */
  seed(base: Base, style: Style): Seeded | null;
}
