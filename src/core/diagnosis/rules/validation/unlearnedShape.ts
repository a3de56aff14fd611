import type { Term } from '../../../run/record.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';
import type { ConstantLoss } from './constantLoss.ts';
import { agreementBetween, disagree, type Agreement } from './halvesAgreement.ts';
import type { Elsewhere } from './onOtherRows.ts';
import { firstBelow, isFlat, race, type Plateau, type Race } from './plateau.ts';
import { BEHIND, HALF, PLATEAU, PLATEAU_SURE } from './thresholds.ts';

/**
 * How the loss of a task goes that does no better than a constant: it stays at the level of the constant prediction; leaves it as slowly as
 * rows are learned by heart, and may come further, while the halves of a batch have nothing in common; or leaves it on the training rows
 * alone.
 */
export type Shape =
  | { readonly of: 'flat'; readonly ratio: number; readonly from: number }
  | ({ readonly of: 'behind' } & Behind)
  | ({ readonly of: 'apart'; readonly agreement: Agreement } & Behind)
  | { readonly of: 'byHeart'; readonly ratio: number; readonly from: number; readonly elsewhere: Elsewhere };

interface Behind extends Race {
  readonly ratio: number;
  readonly from: number;
  readonly other: Term;
}

/** A task and how its loss goes. */
interface Course {
  readonly task: string;
  readonly points: readonly Point[];
  readonly plateau: Plateau;
  readonly constant: ConstantLoss;
  readonly elsewhere: Elsewhere | null;
}

/**
 * @param learning The tasks beside it that have learned
 * @returns null where it has learned
 */
export function shapeOf(course: Course, learning: readonly Term[], view: RunView): Shape | null {
  const { plateau, constant } = course;
  const [low, high] = PLATEAU;
  const ratio = plateau.level / constant.best;
  if (ratio >= low && plateau.lowest >= low * constant.best && ratio <= high && isFlat(plateau)) {
    return { of: 'flat', ratio, from: plateau.from };
  }
  const races = learning.flatMap((other) => {
    const run = race(view.lossSeries(other.id, 'raw'), course.points);
    return run !== null && run.then >= BEHIND * constant.best
      ? [{ ...run, other, from: run.step, ratio: run.now / constant.best }]
      : [];
  });
  // One that stays where it came to soon has learned what there is.
  const slow = isFlat(plateau) ? undefined : races.find((run) => run.ratio >= HALF && run.ratio <= high);
  if (slow !== undefined) {
    return { of: 'behind', ...slow };
  }
  return course.elsewhere === null ? apart(course, races, view) : byHeart(course, course.elsewhere);
}

/** What its training loss has gained does not hold for the validation rows, and never did. */
function byHeart({ plateau: { level, from }, constant: { best } }: Course, elsewhere: Elsewhere): Shape | null {
  const ratio = level / best;
  return elsewhere.isExact && elsewhere.lowest >= PLATEAU_SURE && ratio < PLATEAU[0]
    ? { of: 'byHeart', ratio, from, elsewhere }
    : null;
}

/**
 * Without validation rows, each half of a batch stands for rows that the other half's gradient has not seen. Squared errors alone: between
 * classes the halves of a task that learns well may have next to nothing in common (docs/findings/noSignal.md).
 */
function apart(course: Course, races: readonly Behind[], view: RunView): Shape | null {
  if (course.constant.classes !== null) {
    return null;
  }
  const far = races.find((run) => run.ratio < HALF);
  const agreement = far === undefined ? null : agreementOnTheWay(course, view);
  return far !== undefined && agreement !== null && disagree(agreement) ? { of: 'apart', ...far, agreement } : null;
}

/** The step from which on an output is at the right level: that much all labels teach. Infinite where it never is. */
export function settledAt(points: readonly Point[], { best }: ConstantLoss): number {
  return points.find(({ value }) => value <= PLATEAU[1] * best)?.step ?? Infinity;
}

/** Where there is something to learn, it is learned on the way from the constant prediction to half its loss; later comes fine work. */
function agreementOnTheWay({ task, points, constant }: Course, view: RunView): Agreement | null {
  return agreementBetween(view, task, settledAt(points, constant), firstBelow(points, HALF * constant.best));
}
