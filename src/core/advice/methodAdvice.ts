import type { Advice } from '../diagnosis/finding.ts';
import { say, type Sentence } from '../diagnosis/sentence.ts';
import { formatCount, formatNames, formatNumber } from '../report/format.ts';
import type { Replay, ReplayedMethod } from './replay.ts';

/** Cosines nearer to 0 than this neither help nor harm; as in the replay. */
const NOTHING = 0.01;

/** Methods that are named, at most: the best of each kind. */
const MOST = 4;

/**
 * Which weighting methods would have moved the shared variables otherwise than the present sum did, and which would have done nothing.
 * Directions along the training as it went: they tell what is not worth a trial. That a method helps they do not tell.
 */
export function methodAdvice(replay: Replay, nameOf: (task: string) => string): Advice[] {
  const { methods, present, steps } = replay;
  const harmed = present.filter(({ gain }) => gain.median < -NOTHING).map(({ task }) => task);
  const others = methods.filter(({ verdict }) => verdict === 'differs').sort((a, b) => leastGain(b) - leastGain(a));
  const sparing = others.filter(
    (method) => method.harmed.length === 0 && harmed.every((task) => method.spared.includes(task)),
  );
  const idle = methods.filter(({ verdict, name }) => verdict !== 'differs' && verdict !== 'stays' && name !== 'equal');
  const still = methods.filter(({ verdict }) => verdict === 'stays');
  const rests = say(
    'These are directions along the training as it went, at {0} looks from step {1} to {2}: they show what is not worth a trial, not what helps.',
    formatCount(steps.count),
    formatCount(steps.from),
    formatCount(steps.to),
  );
  return [
    ...sparing.slice(0, 1).map((best): Advice => ({
      id: 'weighting',
      text: [
        harmed.length > 0
          ? say(
              'The present sum makes {0} worse, to first order; {1} would not.',
              formatNames(harmed.map(nameOf)),
              titles(sparing),
            )
          : say('{0} would move the shared variables otherwise, and make no task worse.', titles(sparing)),
        ...cosineOf(best),
        rests,
      ],
      change: { of: 'weighting', method: best.name },
      state: 'untried',
    })),
    ...(idle.length + still.length > 0
      ? [
          {
            id: 'noWeighting',
            text: [
              ...(idle.length > 0
                ? [say('{0} would have moved in the present direction: nothing to gain there.', titles(idle, 13))]
                : []),
              ...(still.length > 0 ? [say('{0} would have stood still.', titles(still, 13))] : []),
              ...(sparing.length === 0 ? [rests] : []),
            ],
            change: null,
            state: 'untried',
          } as const,
        ]
      : []),
  ];
}

/** The cosine of the step and the gradient of the task that gains least. */
function leastGain({ tasks }: ReplayedMethod): number {
  return Math.min(...tasks.map(({ gain }) => gain.median));
}

function cosineOf({ cosine, title }: ReplayedMethod): Sentence[] {
  return cosine === null
    ? []
    : [say('The cosine of the step of {0} and the present one is {1}.', title, formatNumber(cosine.median))];
}

function titles(methods: readonly ReplayedMethod[], most = MOST): string {
  return formatNames(
    methods.map(({ title }) => title),
    most,
  );
}
