import { formatCount, formatNames, formatNumber, formatPercent } from '../../../report/format.ts';
import type { Term } from '../../../run/record.ts';
import type { Evidence, RuleFinding } from '../../finding.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidence, placeIn } from '../scale/place.ts';
import type { ConstantLoss } from './constantLoss.ts';
import { HALVES_DISAGREE } from './thresholds.ts';
import type { Shape } from './unlearnedShape.ts';

export interface Unlearned {
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

export function noSignalFinding(found: Unlearned, view: RunView): RuleFinding {
  const { term, constant, shape, moves, learning, isSure } = found;
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
      ...sentencesOf(shape, constant, name),
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
      ...agreementEvidence(found, figure),
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
      ...(shape.of === 'apart'
        ? [
            {
              id: 'validate',
              text: [
                say(
                  'Look at the loss of {0} on rows that are not trained on: where it falls there too, there is something to learn.',
                  name,
                ),
              ],
              change: null,
              state: 'untried' as const,
            },
          ]
        : []),
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

function agreementEvidence(
  { shape, agreement }: Unlearned,
  figure: (of: string, value: number, unit: string) => Evidence,
): Evidence[] {
  const name = 'agreement of the gradients of half batches';
  if (shape.of === 'apart') {
    return [{ ...evidence(name, '%', shape.agreement), threshold: 100 * HALVES_DISAGREE }];
  }
  return agreement === null ? [] : [figure(name, 100 * agreement, '%')];
}

function sentencesOf(shape: Shape, { best }: ConstantLoss, name: string): Sentence[] {
  switch (shape.of) {
    case 'flat':
      return [
        say(
          'The loss of {0} stays at {1}, as if it did not look at its inputs: the best constant prediction costs {2}.',
          name,
          formatNumber(shape.ratio * best),
          formatNumber(best),
        ),
      ];
    case 'behind':
      return [
        say(
          'When {0} had halved its loss, at step {1}, that of {2} was still {3} of what the best constant prediction costs; now it is {4}, as where rows are learned by heart.',
          shape.other.name,
          formatCount(shape.step),
          name,
          formatPercent(shape.then / best),
          formatPercent(shape.ratio),
        ),
      ];
    case 'apart':
      return [
        say(
          '{0} seems to learn its rows by heart: on its way from what the best constant prediction costs to half of it, what lowered the loss of one half of a batch hardly lowered that of the other.',
          name,
        ),
        say(
          'Their gradients agree by {0} at most. When {1} had halved its loss, at step {2}, that of {3} was still {4} of what the best constant prediction costs; now it is {5}.',
          formatPercent(shape.agreement.high),
          shape.other.name,
          formatCount(shape.step),
          name,
          formatPercent(shape.then / best),
          formatPercent(shape.ratio),
        ),
      ];
    case 'byHeart':
      return [
        say(
          '{0} learns its rows by heart: its training loss is {1} of what the best constant prediction costs, and on the validation data it never was below {2}.',
          name,
          formatPercent(shape.ratio),
          formatPercent(shape.elsewhere.lowest),
        ),
      ];
  }
}
