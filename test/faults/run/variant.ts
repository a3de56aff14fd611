import type { RuleId } from '../../../src/core/diagnosis/ruleIds.ts';
import { BASES } from '../bases/index.ts';
import { STYLES, type BaseName, type Style } from '../bases/base.ts';
import { LOOK_ALIKES } from '../healthy/lookAlikes.ts';
import { stripMarkers, type MarkedRange } from '../markers.ts';
import { FAULTS } from '../seeded/index.ts';

/** What the first finding must be. */
export interface Expected {
  readonly exact: boolean;
  /** Any of these. */
  readonly rules: readonly RuleId[];
  /** It names one of these tasks; empty: no matter. */
  readonly tasks: readonly string[];
  /** It points at one of these… */
  readonly ranges: readonly MarkedRange[];
  /** … or names one of these layers or variables. */
  readonly names: readonly string[];
}

/** One script, trained with many seeds. */
export interface Variant {
  /** `fault.base.style`; the script's name too. */
  readonly id: string;
  /** Of the fault or the look-alike. */
  readonly kind: string;
  readonly about: string;
  readonly base: BaseName;
  readonly style: Style;
  /** As it is trained: without marks. */
  readonly script: string;
  /** Null: healthy. */
  readonly expected: Expected | null;
}

const everywhere = BASES.flatMap((base) => STYLES.map((style) => ({ base, style })));

export function faultVariants(): Variant[] {
  return FAULTS.flatMap((fault) =>
    everywhere.flatMap(({ base, style }) => {
      const { id, about, exact, rules } = fault;
      const seeded = fault.seed(base, style);
      if (seeded === null) {
        return [];
      }
      const { text, ranges } = stripMarkers(seeded.script);
      const { tasks, names = [] } = seeded;
      const expected: Expected = { exact, rules, tasks, ranges, names };
      return [{ id: `${id}.${base.name}.${style}`, kind: id, about, base: base.name, style, script: text, expected }];
    }),
  );
}

export function healthyVariants(): Variant[] {
  return LOOK_ALIKES.flatMap((lookAlike) =>
    everywhere.flatMap(({ base, style }): Variant[] => {
      const { id, about } = lookAlike;
      const text = lookAlike.script(base, style);
      return text === null
        ? []
        : [
            {
              id: `healthy-${id}.${base.name}.${style}`,
              kind: id,
              about,
              base: base.name,
              style,
              script: text,
              expected: null,
            },
          ];
    }),
  );
}
