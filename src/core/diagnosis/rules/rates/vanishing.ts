import { formatNumber } from '../../../report/format.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, middleOf, type Middle } from './figures.ts';
import { groupsOf, kernelGradients, type KernelGradients } from './kernelGradients.ts';
import { FEWEST_LOOKS, KERNEL_RATIO, VANISHED } from './thresholds.ts';

/** A task's gradient is all but gone by the time it comes to its first kernel. */
export const vanishing: Rule = {
  id: 'vanishing',
  exact: false,
  judge: (view) => {
    const looks = looksAt(view);
    return verdict(
      looks.filter(hasVanished).map((look) => finding(look, view)),
      whySilent(looks, view),
    );
  },
};

/** Whether a task's gradient is all but gone at its first kernel: then its steps do not move what lies there. */
export function vanishesFor(view: RunView, task: string): boolean {
  return looksAt(view).some((look) => look.gradients.task === task && hasVanished(look));
}

/** Activations that let a part of the gradient through only, by tfjs's names. */
const FLAT: ReadonlySet<string> = new Set(['sigmoid', 'hardSigmoid', 'tanh', 'softsign']);

interface Looked {
  readonly gradients: KernelGradients;
  readonly ratio: Middle;
  readonly first: Middle;
}

function looksAt(view: RunView): Looked[] {
  return kernelGradients(view).flatMap((gradients): Looked[] => {
    const [ratio, first] = [middleOf(gradients.ratio), middleOf(gradients.first)];
    return ratio === null || first === null || ratio.steps.count < FEWEST_LOOKS ? [] : [{ gradients, ratio, first }];
  });
}

/** A gradient of exactly 0 has not vanished on the way: something cuts it, and other rules say what. */
function hasVanished({ ratio, first }: Looked): boolean {
  return ratio.interval[1] < KERNEL_RATIO.vanishing && first.interval[1] < VANISHED && first.median > 0;
}

function finding({ gradients, ratio, first }: Looked, view: RunView): RuleFinding {
  const { task, kernels } = gradients;
  const { details } = kernels;
  const made = view.facts('layerMade').find(({ layer }) => layer !== null && details.first.startsWith(`${layer}/`));
  return {
    place: task,
    severity: 'warning',
    tasks: [task],
    groups: groupsOf(view, [details.first]),
    position: made?.position ?? view.placeOf(task),
    expression: FLAT.has(made?.details.activation ?? '') ? { of: 'property', name: 'activation' } : null,
    message: [
      say(
        'The gradient of {0} is {1} in {2}, its last kernel, and {3} times that in {4}, its first (less than {5} is too little).',
        view.nameOf(task),
        formatNumber(middleOf(gradients.last)?.median),
        details.last,
        formatNumber(ratio.median),
        details.first,
        KERNEL_RATIO.vanishing,
      ),
      say('{0} kernels lie on the way.', details.count),
    ],
    evidence: [
      evidenceOf('gradient of the first kernel over that of the last', ratio, '', [
        { name: details.first, points: gradients.first },
        { name: details.last, points: gradients.last },
      ]),
      evidenceOf('gradient of the first kernel', first),
    ],
    why: [
      say(
        'Each sigmoid or tanh lets a part of the gradient through, a quarter at most for a sigmoid: many in a row, next to nothing.',
      ),
      say('The first layers stay as they started, and what they make of the inputs is random.'),
    ],
    advice: [
      {
        id: 'activation',
        text: [
          say(
            'Take rectifiers (with He’s start) in place of sigmoids, add batch normalisation, or lead shortcuts past the layers.',
          ),
        ],
        change: null,
        state: 'untried',
      },
    ],
    source:
      'X. Zhang et al.: AutoTrainer, 2021; X. Glorot, Y. Bengio: Understanding the difficulty of training deep networks, 2010',
    related: [],
    since: null,
  };
}

function whySilent(looks: readonly Looked[], view: RunView): Sentence {
  const [first] = looks;
  if (first === undefined) {
    return say('No task had two kernels whose gradients were looked at {0} times.', FEWEST_LOOKS);
  }
  const { gradients, ratio } = looks.reduce(
    (least, each) => (each.ratio.median < least.ratio.median ? each : least),
    first,
  );
  return say(
    'The gradient of {0} in its first kernel is {1} times that in its last, and {2} in size (below {3}, and below {4}, it would have vanished).',
    view.nameOf(gradients.task),
    formatNumber(ratio.median),
    formatNumber(middleOf(gradients.first)?.median),
    KERNEL_RATIO.vanishing,
    VANISHED,
  );
}
