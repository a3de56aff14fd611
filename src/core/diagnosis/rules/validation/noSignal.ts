import { formatNumber, formatPercent } from '../../../report/format.ts';
import type { Term } from '../../../run/record.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { isGap, scaleGaps } from '../scale/scaleGap.ts';
import { constantLoss } from './constantLoss.ts';
import { agree, halvesAgreement } from './halvesAgreement.ts';
import { noSignalFinding, type Unlearned } from './noSignalFinding.ts';
import { onOtherRows } from './onOtherRows.ts';
import { hasLearned, secondHalf } from './plateau.ts';
import { MOVES, PLATEAU_STEPS, PLATEAU_SURE, VALIDATION_ROWS } from './thresholds.ts';
import { settledAt, shapeOf } from './unlearnedShape.ts';

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
  const shape = shapeOf({ task: id, points, plateau, constant, elsewhere }, learning, view);
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
  const settled = settledAt(points, constant);
  const agreement = halvesAgreement(view, id, Number.isFinite(settled) ? settled : plateau.from);
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

function others({ id }: Term, view: RunView): Term[] {
  const beside = new Set(view.objectives.filter(({ terms }) => terms.includes(id)).flatMap(({ terms }) => terms));
  return view.tasks.filter((other) => other.id !== id && beside.has(other.id));
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
