import type { SourcePosition } from '../recorded.ts';
import type { DataFacts } from './dataFacts.ts';
import type { GraphFacts } from './graphFacts.ts';
import type { OptionFacts } from './optionFacts.ts';

/** What a fact tells, by its name; docs/record.md has a table. */
export type FactDetails = DataFacts & OptionFacts & GraphFacts;

export type FactName = keyof FactDetails;

/**
 * A fact's own fields are plain values, so that a reader that does not know the fact can still show it. Numbers that JSON lacks stand as
 * in the rest of the record: `"NaN"`, `"Infinity"`.
 */
export type FactValue = PlainValue | readonly PlainValue[];

type PlainValue = number | string | boolean | null;

/**
 * Something that the trainer saw beside losses and gradients: of the data, of the script's options, of the graph. It is told once,
 * and again when its details have changed; it does not judge.
 */
export type FactLine<Name extends FactName = FactName> = {
  readonly [Each in Name]: {
    readonly type: 'fact';
    readonly fact: Each;
    /** The step that it was seen at; 0: before the first. */
    readonly step: number;
    /** The objective and the loss term that it is about; null where it is about none. */
    readonly objective: string | null;
    readonly task: string | null;
    /** The layer that it is about. */
    readonly layer: string | null;
    readonly position: SourcePosition | null;
    readonly details: FactDetails[Each];
  };
}[Name];
