import { toNumber } from '../../src/core/run/numbers.ts';
import type { RecordedNumber } from '../../src/core/run/record.ts';
import type { ObservedStep } from '../../src/core/run/run.ts';
import type { PathCell } from './cells.ts';
import type { Scene, ShownTerm } from './scene.ts';
import { lossOf, newest, oldest, type Figure } from './values.ts';

/** A part of a group's update, or a ratio of losses, from which on it is worth a sentence. */
const [LARGE_SHARE, LARGE_RATIO] = [0.9, 10];

/** One task that has nearly all of a shared group's update, with its loss beside the smallest one that shares the group. */
export interface ScaleFact {
  readonly group: string;
  readonly owner: ShownTerm;
  readonly share: RecordedNumber;
  readonly others: readonly { readonly term: ShownTerm; readonly share: RecordedNumber }[];
  readonly gap: {
    readonly smallest: ShownTerm;
    readonly losses: readonly [largest: number, smallest: number];
    readonly step: number;
    /** The ratio when the run began; null where that was the same step. */
    readonly first: { readonly ratio: number; readonly step: number } | null;
    /** True where a loss has a weight other than 1: the losses are the weighted ones. */
    readonly weighted: boolean;
  } | null;
}

/** What the losses' scales do to the shared groups, as measured: no judgement. */
export function scaleFacts(scene: Scene, cells: readonly (readonly PathCell[])[]): ScaleFact[] {
  return scene.groups
    .filter(({ kind }) => kind === 'shared')
    .flatMap(({ id }) => {
      const known = cells.flatMap((row, i) => {
        const [term, share] = [scene.terms[i], row.find(({ group }) => group === id)?.share ?? null];
        return term === undefined || share === null ? [] : [{ term, share: share.value, step: share.step }];
      });
      // Of one step: a task that was cut off has a share no more.
      const last = Math.max(...known.map(({ step }) => step));
      const sharing = known.filter(({ step }) => step === last);
      const [owner, ...others] = sharing.sort((a, b) => toNumber(b.share) - toNumber(a.share));
      if (owner === undefined || others.length === 0 || !(toNumber(owner.share) >= LARGE_SHARE)) {
        return [];
      }
      return [{ group: id, owner: owner.term, share: owner.share, others, gap: gapOf(scene, owner.term, others) }];
    });
}

function gapOf(scene: Scene, owner: ShownTerm, others: readonly { readonly term: ShownTerm }[]): ScaleFact['gap'] {
  const { steps, at } = scene;
  const size = ({ id }: ShownTerm): { value: number; step: number } | null => {
    const figure = newest(steps, at, lossOf(id, 'weighted'));
    const value = Math.abs(figure === null ? NaN : toNumber(figure.value));
    return figure !== null && value > 0 && value < Infinity ? { value, step: figure.step } : null;
  };
  const largest = size(owner);
  const [smallest] = others
    .flatMap(({ term }) => {
      const own = term.kind === 'task' ? size(term) : null;
      return own === null ? [] : [{ term, value: own.value }];
    })
    .sort((a, b) => a.value - b.value);
  if (largest === null || smallest === undefined || !(largest.value / smallest.value >= LARGE_RATIO)) {
    return null;
  }
  const firsts = [owner, smallest.term].map(({ id }) => firstSize(steps, id));
  const [high, low] = firsts;
  return {
    smallest: smallest.term,
    losses: [largest.value, smallest.value],
    step: largest.step,
    first:
      high != null && low != null && high.step < largest.step && Number.isFinite(high.value / low.value)
        ? { ratio: high.value / low.value, step: high.step }
        : null,
    weighted: [owner, smallest.term].some(({ id }) => isWeighted(newest(steps, at, lossOf(id, 'weight')))),
  };
}

/** A weight is read off the tape in single precision: one that is 1 may come out a little beside it. */
function isWeighted(weight: Figure | null): boolean {
  return weight !== null && !(Math.abs(toNumber(weight.value) - 1) < 1e-4);
}

function firstSize(
  steps: readonly ObservedStep[],
  id: string,
): { readonly value: number; readonly step: number } | null {
  const figure = oldest(steps, lossOf(id, 'weighted'));
  return figure === null ? null : { value: Math.abs(toNumber(figure.value)), step: figure.step };
}
