import { groupRates } from '../../../advice/rates.ts';
import { formatNumber } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, formatFactor, middleOf, type Middle } from './figures.ts';
import { harmIn } from './lossCourse.ts';
import { optimizersAt, rateChange, type OptimizerAt, type PacedGroup } from './optimizersAt.ts';
import { FEWEST_LOOKS, OVERSHOOT } from './thresholds.ts';

/** Steps of a group that go to the other side of the valley, along their own direction. */
export const overshoot: Rule = {
  id: 'overshoot',
  exact: false,
  judge: (view) => {
    const looks = looksAt(view);
    return verdict(
      looks.filter(({ alpha }) => alpha.interval[0] > OVERSHOOT).map((look) => finding(look, view)),
      whySilent(looks, view),
    );
  },
};

interface Looked {
  readonly optimizer: OptimizerAt;
  readonly paced: PacedGroup;
  readonly alpha: Middle;
}

/** The newest looks of each group. A step that leads uphill on its own batch has no alpha: momentum carries it. */
function looksAt(view: RunView): Looked[] {
  return optimizersAt(view).flatMap((optimizer) =>
    optimizer.groups.flatMap((paced): Looked[] => {
      const points = view
        .facts('curvature')
        .filter(
          ({ objective, details }) =>
            objective === optimizer.objective && details.group === paced.group.id && toNumber(details.slope) < 0,
        )
        .map(({ step, details }) => ({ step, value: toNumber(details.alpha) }))
        .slice(-FEWEST_LOOKS);
      const alpha = points.length < FEWEST_LOOKS ? null : middleOf(points);
      return alpha === null ? [] : [{ optimizer, paced, alpha }];
    }),
  );
}

function finding({ optimizer, paced, alpha }: Looked, view: RunView): RuleFinding {
  const { group, courses } = paced;
  const harmed = courses.some((course) => harmIn(course) !== null);
  const rate = groupRates(view, optimizer.objective ?? '').find((each) => each.group === group.id);
  return {
    place: group.id,
    severity: harmed ? 'warning' : 'information',
    tasks: courses.map(({ task }) => task),
    groups: [group.id],
    position: optimizer.position,
    expression: optimizer.expression,
    message: [
      say(
        'Steps of {0} go {1} times as far as is best along their own direction (alpha {2}; more than {3} is too much).',
        view.labelOf(group.id),
        formatNumber(alpha.median + 1),
        formatNumber(alpha.median),
        OVERSHOOT,
      ),
    ],
    evidence: [evidenceOf('alpha', alpha)],
    why: [say('Twice as far as is best gains nothing, and what goes further makes the loss worse at every step.')],
    advice:
      rate === undefined || rate.factor >= 1
        ? []
        : [
            {
              id: 'lowerRate',
              text: [
                say(
                  'Lower the rate of {0} to about {1} of what it is: give the group an optimizer of its own.',
                  view.labelOf(group.id),
                  formatFactor(rate.factor),
                ),
              ],
              change: rateChange(optimizer, group.id, rate.factor),
              state: 'untried',
            },
          ],
    source: 'F. Schneider, F. Dangel, P. Hennig: Cockpit, 2021',
    related: [],
    since: null,
  };
}

function whySilent(looks: readonly Looked[], view: RunView): Sentence {
  const [first] = looks;
  if (first === undefined) {
    return view.facts('curvature').length > 0
      ? say('The curvature of no group was measured {0} times yet.', FEWEST_LOOKS)
      : say(
          'Curvature is measured in fit, fitDataset and trainOnBatch: a loss function of your own may count, or draw its batch, and is not run once more.',
        );
  }
  const worst = looks.reduce((most, each) => (each.alpha.median > most.alpha.median ? each : most), first);
  return say(
    'The longest steps, of {0}, have an alpha of {1} (0 is best along their direction, up to {2} is usual).',
    view.labelOf(worst.paced.group.id),
    formatNumber(worst.alpha.median),
    OVERSHOOT,
  );
}
