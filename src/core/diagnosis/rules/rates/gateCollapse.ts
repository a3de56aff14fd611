import { favourite } from '../../../report/activity.ts';
import { formatNumber, formatPercent } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { GateMeasure } from '../../../run/record.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, laterPart, middleOf, type Middle } from './figures.ts';
import { COLLAPSED, FEWEST_LOOKS } from './thresholds.ts';
import { gatePlaces, seriesOf, type UnitPlace } from './unitPlaces.ts';

/** A gate over experts that listens to one of them for nearly every sample. */
export const gateCollapse: Rule = {
  id: 'gateCollapse',
  exact: false,
  judge: (view) => {
    const looks = gatePlaces(view).flatMap((place): Looked[] => {
      const later = laterPart(
        seriesOf(place, ({ collapsed }) => toNumber(collapsed)),
        view.stepsDone,
      );
      const middle = later.length < FEWEST_LOOKS ? null : middleOf(later);
      return middle === null ? [] : [{ place, middle }];
    });
    return verdict(
      looks.filter(({ middle }) => middle.interval[0] > COLLAPSED).map((look) => finding(look)),
      whySilent(looks, view),
    );
  },
};

interface Looked {
  readonly place: UnitPlace<GateMeasure>;
  readonly middle: Middle;
}

function finding({ place, middle }: Looked): RuleFinding {
  const { newest, experts } = place;
  const { expert, part } = favourite(newest);
  const start = seriesOf(place, ({ collapsed }) => toNumber(collapsed))[0];
  const fromStart = (start?.value ?? 0) > COLLAPSED;
  const entropy = middleOf(seriesOf(place, (measure) => toNumber(measure.entropy)));
  return {
    place: place.key,
    severity: 'warning',
    tasks: place.tasks,
    groups: place.groups,
    position: place.position,
    expression: fromStart ? { of: 'logits' } : null,
    message: [
      say(
        '{0} listens to one of its {1} experts alone for {2} of the samples (more than {3} is a collapse).',
        place.name,
        newest.experts,
        formatPercent(middle.median),
        formatPercent(COLLAPSED),
      ),
      experts === null
        ? say('Expert {0} of {1} gets {2} of the weight.', expert, newest.experts, formatPercent(part))
        : say(
            '{0} (expert {1} of {2}) gets {3} of the weight.',
            experts[expert - 1] ?? '',
            expert,
            newest.experts,
            formatPercent(part),
          ),
    ],
    evidence: [
      evidenceOf(
        'samples whose gate listens to one expert',
        middle,
        '%',
        [{ name: place.name, points: seriesOf(place, ({ collapsed }) => 100 * toNumber(collapsed)) }],
        100,
      ),
      ...(entropy === null ? [] : [evidenceOf('entropy of the gate over the largest', entropy)]),
    ],
    why: [
      say(
        'The other experts get no gradient through this gate: the mixture is one network, and the gate cannot come back by itself.',
      ),
    ],
    advice: [
      {
        id: 'gate',
        text: [
          fromStart
            ? say(
                'The gate starts so: bring its logits down, by a smaller start of its kernel or by dividing them by a temperature.',
              )
            : say('Lower the rate of the gate, give it dropout, or add a term to the loss that rewards its entropy.'),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source:
      'J. Ma et al.: Modeling Task Relationships with Multi-gate Mixture-of-Experts, 2018; N. Shazeer et al., 2017',
    related: [],
    since: null,
  };
}

function whySilent(looks: readonly Looked[], view: RunView): Sentence {
  const [first] = looks;
  if (first === undefined) {
    return view.steps.some(({ gates }) => gates.length > 0)
      ? say('The gates were looked at fewer than {0} times in the later part of the run.', FEWEST_LOOKS)
      : say('No softmax was found that weighs experts.');
  }
  const worst = looks.reduce((most, each) => (each.middle.median > most.middle.median ? each : most), first);
  return say(
    '{0} listens to one expert alone for {1} of the samples (up to {2} is usual); its entropy is {3} of the largest.',
    worst.place.name,
    formatPercent(worst.middle.median),
    formatPercent(COLLAPSED),
    formatNumber(worst.place.newest.entropy),
  );
}
