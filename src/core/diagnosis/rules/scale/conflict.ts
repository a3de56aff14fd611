import { FEWEST_STEPS } from '../../../measure/noiseCorrectedCosine.ts';
import { formatCount, formatNames, formatNumber } from '../../../report/format.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { adviceOnMethods } from './adviceOnMethods.ts';
import { placeIn } from './place.ts';
import { pairCosines, type PairCosine } from './pairCosine.ts';
import { courseOf, standsStill } from './taskCourse.ts';
import { CONFLICT, STEPS_TO_FALL } from './thresholds.ts';

/** Two tasks pull shared variables apart, and that is no noise: a warning where one of them learns nothing. */
export const conflict: Rule = {
  id: 'conflict',
  exact: false,
  judge: (view) => {
    const pairs = pairCosines(view);
    const against = pairs.filter(isAgainst).sort((a, b) => a.cosine.high - b.cosine.high);
    // One finding for each pair, at the group in which it is surest.
    const told = against.filter((pair) => against.find((each) => key(each) === key(pair)) === pair);
    return verdict(
      told.map((pair) =>
        conflictFinding(
          pair,
          against.filter((each) => key(each) === key(pair)),
          view,
        ),
      ),
      whySilent(pairs, view),
    );
  },
};

type Measured = PairCosine & { readonly cosine: Extract<PairCosine['cosine'], { readonly verdict: 'measured' }> };

function isAgainst(pair: PairCosine): pair is Measured {
  return pair.cosine.verdict === 'measured' && pair.independent && pair.cosine.high < CONFLICT;
}

function key({ objective, tasks }: PairCosine): string {
  return [objective.id, ...tasks].join(' ');
}

function conflictFinding(pair: Measured, everywhere: readonly Measured[], view: RunView): RuleFinding {
  const { objective, group, tasks, cosine, similarity, rows, steps } = pair;
  const [name, other] = tasks.map((task) => view.nameOf(task)) as [string, string];
  const held = tasks.filter((task) => isHeld(view, task, objective.id));
  const isBeyondBalance = cosine.cosine <= -similarity;
  return {
    place: tasks.join(' '),
    severity: held.length > 0 ? 'warning' : 'information',
    tasks,
    groups: everywhere.map((each) => each.group.id),
    // None of the two is the guilty one. Whoever reads a script from its top has come past the first.
    ...placeIn(view, held.at(-1) ?? tasks[1], 'target'),
    message: [
      say(
        '{0} and {1} pull {2} apart: without noise the cosine of their gradients is {3}, between {4} and {5}.',
        name,
        other,
        group.label,
        formatNumber(cosine.cosine),
        formatNumber(cosine.low),
        formatNumber(cosine.high),
      ),
      ...(isBeyondBalance
        ? [
            say(
              'That is at or below −{0}, their similarity in length: to first order the sum harms the shorter one.',
              formatNumber(similarity),
            ),
          ]
        : []),
      ...(held.length > 0
        ? [say('The loss of {0} does not fall.', formatNames(held.map((task) => view.nameOf(task))))]
        : [say('Both learn so far: this is worth knowing, and no fault by itself.')]),
    ],
    evidence: [
      ...everywhere.map((each) => ({
        name: `cosine in ${each.group.label}, without noise`,
        value: each.cosine.cosine,
        unit: '',
        interval: [each.cosine.low, each.cosine.high] as const,
        steps: each.steps,
      })),
      { name: 'similarity in length', value: similarity, unit: '', interval: null, steps },
      { name: 'rows of a batch', value: rows, unit: '', interval: null, steps },
    ],
    why: [
      say(
        'What serves one task costs the other in the layers that they share; a weight moves the cost, and does not end it.',
      ),
    ],
    get advice(): readonly Advice[] {
      return [
        ...adviceOnMethods(view, objective.id),
        {
          id: 'separate',
          text: [
            say(
              'Give {0} and {1} more layers of their own, so that they share less; first make sure that their targets mean what they should.',
              name,
              other,
            ),
          ],
          change: null,
          state: 'untried',
        },
      ];
    },
    source:
      'T. Yu et al.: Gradient Surgery for Multi-Task Learning, NeurIPS 2020; E. C. Fieller 1954 (interval of a ratio)',
    related: [],
    since: null,
  };
}

function isHeld(view: RunView, task: string, objective: string): boolean {
  const course = courseOf(view, task, objective);
  return course !== null && course.steps.count >= STEPS_TO_FALL && standsStill(course);
}

function whySilent(pairs: readonly PairCosine[], view: RunView): Sentence {
  const [first] = pairs;
  if (first === undefined) {
    return say(
      'Conflicts are told from half-batches alone, since raw cosines are drawn to 0 by noise; there are none yet.',
    );
  }
  if (pairs.every(({ independent }) => !independent)) {
    return say(
      'Samples of a batch are mixed (BatchNorm): its halves share their noise, so no conflict can be told from it.',
    );
  }
  const measured = pairs.flatMap(({ cosine, ...pair }) => (cosine.verdict === 'measured' ? [{ ...pair, cosine }] : []));
  const lowest = measured.sort((a, b) => a.cosine.high - b.cosine.high)[0];
  if (lowest !== undefined) {
    const [name, other] = lowest.tasks.map((task) => view.nameOf(task)) as [string, string];
    return say(
      'Without noise the cosine of {0} and {1} is {2}, between {3} and {4}; a conflict lies below {5} with its whole interval.',
      name,
      other,
      formatNumber(lowest.cosine.cosine),
      formatNumber(lowest.cosine.low),
      formatNumber(lowest.cosine.high),
      CONFLICT,
    );
  }
  const unknown = pairs.flatMap(({ cosine, rows }) =>
    cosine.verdict === 'notMeasurable' ? [{ batch: cosine.batch, rows }] : [],
  );
  const nearest = unknown.sort((a, b) => a.batch - b.batch)[0];
  return nearest === undefined
    ? say('{0} half-batches are too few: it takes {1}.', first.steps.count, FEWEST_STEPS)
    : say(
        'Not measurable with batches of {0}: it needs about {1}.',
        formatCount(nearest.rows),
        formatCount(Number(nearest.batch.toPrecision(2))),
      );
}
