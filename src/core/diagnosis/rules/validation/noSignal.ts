import { formatCount, formatNames, formatNumber, formatPercent } from '../../../report/format.ts';
import type { Term } from '../../../run/record.ts';
import type { Evidence, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { placeIn } from '../scale/place.ts';
import { isGap, scaleGaps } from '../scale/scaleGap.ts';
import { constantLoss, type ConstantLoss } from './constantLoss.ts';
import { agree, halvesAgreement, hasLearned, isFlat, race, secondHalf, type Plateau, type Race } from './plateau.ts';
import { BEHIND, MOVES, PLATEAU, PLATEAU_STEPS, PLATEAU_SURE, VALIDATION_ROWS } from './thresholds.ts';
import { onOtherRows, type Elsewhere } from './onOtherRows.ts';

/** A task does as well as one that does not look at its inputs, while everything about its training is in order. */
export const noSignal: Rule = {
  id: 'noSignal',
  exact: false,
  judge: (view) => {
    const judged = view.tasks.map((term) => judgeTask(term, view));
    return verdict(
      judged.flatMap((each) => ('found' in each ? [noSignalFinding(each.found, view)] : [])),
      nearest(judged.flatMap((each) => ('because' in each ? [each] : []))),
    );
  },
};

/** Stays at the level of the constant prediction; leaves it as slowly as rows are learned by heart; or leaves it on the training rows alone. */
type Shape =
  | { readonly of: 'byHeart'; readonly ratio: number; readonly from: number; readonly elsewhere: Elsewhere }
  | { readonly of: 'flat'; readonly ratio: number; readonly from: number }
  | ({ readonly of: 'behind'; readonly ratio: number; readonly from: number; readonly other: Term } & Race);

interface Unlearned {
  readonly term: Term;
  readonly constant: ConstantLoss;
  readonly shape: Shape;
  /** Median update ratio of the task's tower. */
  readonly moves: number;
  readonly agreement: number | null;
  readonly learning: readonly Term[];
  /** What else says so beside the training loss. */
  readonly isSure: boolean;
}

interface NotFound {
  /** How many of the conditions hold. */
  readonly met: number;
  readonly because: Sentence;
}

function judgeTask(term: Term, view: RunView): { readonly found: Unlearned } | NotFound {
  const { id, name } = term;
  const points = view.lossSeries(id, 'raw').filter(({ value }) => Number.isFinite(value));
  const plateau = secondHalf(points);
  if (plateau === null || view.stepsDone < PLATEAU_STEPS) {
    return { met: 0, because: say('It takes {0} steps to tell whether {1} learns.', PLATEAU_STEPS, name) };
  }
  if (view.objectives.length > 1) {
    return {
      met: 0,
      because: say('Several objectives take turns: where they play against each other, losses come to rest by design.'),
    };
  }
  const gap = scaleGaps(view).find((each) => isGap(each) && each.tasks.includes(id) && each.large !== id);
  if (gap !== undefined) {
    return {
      met: 1,
      because: say(
        '{0} shares layers with a task of a far larger gradient, {1}: scales come first.',
        name,
        view.nameOf(gap.large),
      ),
    };
  }
  const constant = constantLoss(view, id);
  if (constant === null) {
    return { met: 1, because: say('What the best constant prediction of {0} costs is not known.', name) };
  }
  const learning = others(term, view).filter((other) => hasLearned(view.lossSeries(other.id, 'raw')));
  const elsewhere = onOtherRows(view, term, constant);
  const shape = shapeOf(points, plateau, constant, learning, view) ?? byHeart(plateau, constant, elsewhere);
  if (shape === null) {
    return {
      met: 2 + Math.min(0.9, plateau.level / constant.best / 10),
      because: say(
        'The loss of {0} is {1} times that of the best constant prediction, and fell by {2} over the second half of the run.',
        name,
        formatNumber(plateau.level / constant.best),
        formatPercent(plateau.fall),
      ),
    };
  }
  if (learning.length === 0) {
    return {
      met: 3,
      because: say('{0} does not learn, but neither does any other task: its labels need not be why.', name),
    };
  }
  const tower = view.groups.find(({ kind, tasks }) => kind === 'tower' && tasks.length === 1 && tasks[0] === id)?.id;
  const moves = tower === undefined ? NaN : median(view.updateSeries(tower, 'updateRatio').map(({ value }) => value));
  if (!(moves >= MOVES)) {
    return {
      met: 4,
      because: say(
        '{0} does not learn, but its tower hardly moves: {1} of its weights in a step.',
        name,
        formatNumber(moves),
      ),
    };
  }
  if (view.graph?.paths.some((path) => path.task === id && path.state === 'flows' && path.group !== tower) !== true) {
    return { met: 5, because: say('{0} does not learn, but its gradient does not reach the shared layers.', name) };
  }
  // Before, the output only comes to the right level: that much all labels teach.
  const settled = points.find(({ value }) => value <= PLATEAU[1] * constant.best)?.step ?? plateau.from;
  const agreement = halvesAgreement(view, id, settled);
  // What the halves of a batch agree on may be what its rows have been learned by.
  if (shape.of !== 'byHeart' && agree(agreement)) {
    return {
      met: 6,
      because: say(
        '{0} does not learn yet, but the gradients of both halves of a batch agree by {1}: there is something to learn.',
        name,
        formatPercent(agreement),
      ),
    };
  }
  // One that falls late may be hard, and not without signal: that its rows are learned by heart is only seen on others.
  const isSure =
    shape.of === 'byHeart'
      ? shape.elsewhere.rows >= VALIDATION_ROWS
      : (shape.of === 'flat' && (shape.ratio >= PLATEAU_SURE || agreement !== null)) ||
        (elsewhere !== null && elsewhere.lowest >= PLATEAU_SURE);
  return { found: { term, constant, shape, moves, agreement, learning, isSure } };
}

function shapeOf(
  points: readonly Point[],
  plateau: Plateau,
  { best }: ConstantLoss,
  learning: readonly Term[],
  view: RunView,
): Shape | null {
  const [low, high] = PLATEAU;
  const ratio = plateau.level / best;
  if (ratio >= low && plateau.lowest >= low * best && ratio <= high && isFlat(plateau)) {
    return { of: 'flat', ratio, from: plateau.from };
  }
  // One that stays where it came to soon has learned what there is.
  for (const other of isFlat(plateau) ? [] : learning) {
    const run = race(view.lossSeries(other.id, 'raw'), points);
    if (run !== null && run.then >= BEHIND * best && run.now >= best / 2 && run.now <= high * best) {
      return { of: 'behind', ratio: run.now / best, from: run.step, other, ...run };
    }
  }
  return null;
}

/** What its training loss has gained does not hold for the validation rows, and never did. */
function byHeart({ level, from }: Plateau, { best }: ConstantLoss, elsewhere: Elsewhere | null): Shape | null {
  const ratio = level / best;
  return elsewhere !== null && elsewhere.isExact && elsewhere.lowest >= PLATEAU_SURE && ratio < PLATEAU[0]
    ? { of: 'byHeart', ratio, from, elsewhere }
    : null;
}

function others({ id }: Term, view: RunView): Term[] {
  const beside = new Set(view.objectives.filter(({ terms }) => terms.includes(id)).flatMap(({ terms }) => terms));
  return view.tasks.filter((other) => other.id !== id && beside.has(other.id));
}

function noSignalFinding(found: Unlearned, view: RunView): RuleFinding {
  const { term, constant, shape, moves, agreement, learning, isSure } = found;
  const { id, name } = term;
  const steps = { from: shape.from, to: view.stepsDone, count: view.stepsDone - shape.from + 1 };
  const figure = (of: string, value: number, unit = ''): Evidence => ({ name: of, value, unit, interval: null, steps });
  return {
    place: id,
    severity: isSure ? 'warning' : 'information',
    tasks: [id],
    groups: view.groups.filter(({ tasks }) => tasks.includes(id)).map((group) => group.id),
    ...placeIn(view, id, 'target'),
    message: [
      sentenceOf(shape, constant, name),
      ...(shape.of === 'byHeart' && !isSure
        ? [say('Those are {0} rows: what is weak would not show in so few.', shape.elsewhere.rows)]
        : []),
      say(
        'Its gradients flow and its weights move, and beside it {0} learned.',
        formatNames(learning.map((each) => each.name)),
      ),
    ],
    evidence: [
      {
        ...figure('loss over that of the best constant prediction', shape.ratio, '×'),
        series: [{ name, points: view.lossSeries(id, 'raw') }],
      },
      ...(shape.of === 'byHeart'
        ? [figure('lowest validation loss over that of the best constant prediction', shape.elsewhere.lowest, '×')]
        : []),
      figure('update over weights of its tower, median', moves),
      ...(agreement === null ? [] : [figure('agreement of the gradients of half batches', 100 * agreement, '%')]),
    ],
    why: [
      say(
        'Its labels do not follow from the inputs: they were shuffled, shifted, joined by the wrong key, or are chance.',
      ),
      say('Its gradient is noise that the shared layers follow.'),
    ],
    advice: [
      {
        id: 'labels',
        text: [
          say(
            'Look at some rows of {0} by hand: does each label belong to its row? Shuffle inputs and labels together.',
            name,
          ),
        ],
        change: null,
        state: 'untried',
      },
      {
        id: 'leaveOut',
        text: [say('If nothing can be known of {0} from these inputs, leave the task out.', name)],
        change: null,
        state: 'untried',
      },
    ],
    source:
      'measured against the best constant prediction; C. Zhang et al., Understanding Deep Learning Requires Rethinking Generalization, 2017: random labels',
    related: [],
    since: null,
  };
}

function sentenceOf(shape: Shape, { best }: ConstantLoss, name: string): Sentence {
  switch (shape.of) {
    case 'flat':
      return say(
        'The loss of {0} stays at {1}, as if it did not look at its inputs: the best constant prediction costs {2}.',
        name,
        formatNumber(shape.ratio * best),
        formatNumber(best),
      );
    case 'behind':
      return say(
        'When {0} had halved its loss, at step {1}, that of {2} was still {3} of what the best constant prediction costs; now it is {4}, as where rows are learned by heart.',
        shape.other.name,
        formatCount(shape.step),
        name,
        formatPercent(shape.then / best),
        formatPercent(shape.ratio),
      );
    case 'byHeart':
      return say(
        '{0} learns its rows by heart: its training loss is {1} of what the best constant prediction costs, and on the validation data it never was below {2}.',
        name,
        formatPercent(shape.ratio),
        formatPercent(shape.elsewhere.lowest),
      );
  }
}

/** Of the task that comes nearest to being found. */
function nearest(reasons: readonly NotFound[]): Sentence {
  const [first] = [...reasons].sort((a, b) => b.met - a.met);
  return first?.because ?? say('No task is known yet.');
}

function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
