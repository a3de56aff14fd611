import type { Advice } from '../diagnosis/finding.ts';
import { say, type Sentence } from '../diagnosis/sentence.ts';
import { formatNumber } from '../report/format.ts';

/** A task as far as its scale is concerned. */
export interface ScaledTask {
  readonly task: string;
  readonly name: string;
  /** Its present weight in the total. */
  readonly weight: number;
  /** Its own loss at the first steps, and now. */
  readonly start: number;
  readonly recent: number;
  /** Mean and standard deviation of its targets, where they are amounts and are known. */
  readonly targets: { readonly mean: number; readonly deviation: number } | null;
  /** Variance of its targets, where its loss is a squared error of them. */
  readonly variance: number | null;
}

/** Two tasks whose gradients lie far apart where they meet. */
export interface ScaleSituation {
  readonly large: ScaledTask;
  readonly small: ScaledTask;
  /** Norm of the large task's weighted gradient over the small one's. */
  readonly gap: number;
  readonly optimizer: { readonly name: string; readonly learningRate: number | null } | null;
  /** Group of the large task's own variables, if it has any. */
  readonly tower: { readonly id: string; readonly label: string } | null;
}

/** Targets whose deviation is this far from 1, either way, are worth standardising. */
const FAR_FROM_ONE = 3;

/** Losses nearer together than this have one scale: their gap comes from elsewhere. */
const SAME_SCALE = 3;

/** Optimizers whose step grows with the gradient, so that a loss weight is also a rate of the task's own tower. */
const PROPORTIONAL: ReadonlySet<string> = new Set(['SGD', 'Momentum']);

/**
 * What to do about a scale gap, the best first.
 *
 * A gap that comes from the targets' scale is best taken out of the targets, or by weights of 1/variance: on the toy problem of
 * GradNorm's authors both tasks end at 0.57 and 0.60 of their variance with it, at 0.90 and 0.80 with balanced gradient norms, at 0.86
 * and 0.77 with equal weights (8,000 steps). Where losses have one scale and gradients have not, the norms are what is left.
 */
export function weightAdvice(situation: ScaleSituation): Advice[] {
  const { large, small, gap } = situation;
  const byScale = factorByScale(large, small);
  const isOfScale = Math.max(byScale.factor, 1 / byScale.factor) > SAME_SCALE;
  return isOfScale
    ? [
        ...standardise(large, small),
        ...weights(situation, 'weight', byScale.factor, byScale.reason),
        uncertainty(large, small),
        ...(gap > SAME_SCALE ? [gradientNorms(situation, true)] : []),
      ]
    : [
        ...weights(situation, 'gradientNorms', 1 / gap, [
          say('It makes both gradients equally long where the tasks meet; the losses themselves have one scale.'),
        ]),
        uncertainty(large, small),
      ];
}

/** The factor for the weight of `large` after which both losses are measured in units of their own scale. */
function factorByScale(large: ScaledTask, small: ScaledTask): { factor: number; reason: Sentence[] } {
  const scale = (task: ScaledTask): number => (task.variance ?? task.start) * Math.abs(task.weight);
  const factor = scale(small) / scale(large);
  return large.variance !== null && small.variance !== null
    ? {
        factor,
        reason: [
          say('It is the ratio of the targets’ variances: both losses then count in units of their own spread.'),
        ],
      }
    : {
        factor,
        reason: [
          large.variance === null
            ? say('It is the ratio of the losses at the start: both then begin at the same height.')
            : say(
                'It is the loss of {0} at the start over the variance of the targets of {1}.',
                small.name,
                large.name,
              ),
        ],
      };
}

/** Of the two, the task whose targets are further from a deviation of 1; without figures, the one that owns the gap. */
function standardise(large: ScaledTask, small: ScaledTask): Advice[] {
  const off = ({ targets }: ScaledTask): number => (targets === null ? 0 : Math.abs(Math.log(targets.deviation)));
  const known = [large, small].filter((task) => off(task) > Math.log(FAR_FROM_ONE)).sort((a, b) => off(b) - off(a));
  const [meant] = known;
  if (meant !== undefined && meant.targets !== null) {
    const { mean, deviation } = meant.targets;
    return [
      {
        id: 'standardise',
        text: [
          say(
            'Standardise the target of {0}: (y − {1}) / {2}, its mean and its standard deviation.',
            meant.name,
            formatNumber(mean),
            formatNumber(deviation),
          ),
          say('Undo it where predictions are used: p · {0} + {1}.', formatNumber(deviation), formatNumber(mean)),
        ],
        change: { of: 'target', task: meant.task, mean, deviation },
        state: 'untried',
      },
    ];
  }
  // Known targets that have a deviation near 1 are not the reason, nor is what a weight does.
  const isOpen = large.targets === null && large.start > SAME_SCALE * small.start;
  return isOpen
    ? [
        {
          id: 'standardise',
          text: [
            say(
              'Where the target of {0} is an amount, standardise it: subtract its mean, divide by its standard deviation.',
              large.name,
            ),
          ],
          change: null,
          state: 'untried',
        },
      ]
    : [];
}

/** The weight, and under an optimizer whose step grows with the gradient the rate that keeps the task's own tower as fast. */
function weights(
  { large, optimizer, tower }: ScaleSituation,
  id: 'weight' | 'gradientNorms',
  factor: number,
  reason: readonly Sentence[],
): Advice[] {
  const weight = formatNumber(large.weight * factor);
  const advice: Advice = {
    id,
    text: [say('Weight the loss of {0} with {1}.', large.name, weight), ...reason],
    change: { of: 'weight', task: large.task, factor },
    state: 'untried',
  };
  if (optimizer === null || tower === null || !PROPORTIONAL.has(optimizer.name)) {
    return [advice];
  }
  const rate = optimizer.learningRate === null ? null : optimizer.learningRate / factor;
  const pair = say(
    'Under {0} a weight is also the rate of {1}: give that the rate of now times {2} along with it.',
    optimizer.name,
    tower.label,
    formatNumber(1 / factor),
  );
  return [
    { ...advice, text: [...advice.text, pair] },
    {
      id: 'towerRate',
      text: [
        rate === null ? pair : say('With that weight, train {0} at a rate of {1}.', tower.label, formatNumber(rate)),
      ],
      change: { of: 'learningRate', group: tower.id, factor: 1 / factor, value: rate },
      state: 'untried',
    },
  ];
}

/** Uncertainty weighting ends at weights of 1 / loss: s = ln L (Kendall, Gal and Cipolla 2018). */
function uncertainty(large: ScaledTask, small: ScaledTask): Advice {
  return {
    id: 'uncertainty',
    text: [
      say('Uncertainty weighting learns weights of 1 / loss while it trains.'),
      say(
        'By the losses of now it would weight {0} {1} times as much as {2}.',
        large.name,
        formatNumber(small.recent / large.recent),
        small.name,
      ),
    ],
    change: { of: 'weighting', method: 'uncertainty' },
    state: 'untried',
  };
}

function gradientNorms({ large, gap }: ScaleSituation, isSecond: boolean): Advice {
  return {
    id: 'gradientNorms',
    text: [
      say(
        'A weight of {1} makes the gradient of {0} as long as the other.',
        large.name,
        formatNumber(large.weight / gap),
      ),
      ...(isSecond
        ? [say('Where the scale of the targets makes the gap, it is the weaker remedy: it follows the training.')]
        : []),
    ],
    change: { of: 'weight', task: large.task, factor: 1 / gap },
    state: 'untried',
  };
}
