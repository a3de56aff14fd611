import { formatNumber } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { Point } from '../../../run/run.ts';
import type { Advice, Evidence, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, middleOf, type Middle } from './figures.ts';
import { groupsOf, kernelGradients, type KernelGradients } from './kernelGradients.ts';
import { isRateTooHigh } from './rateTooHigh.ts';
import { courseOf, harmIn, lossChart, startsFarOff, type LossCourse } from './lossCourse.ts';
import { startOf } from './starts.ts';
import { FEWEST_LOOKS, GAIN, GROWTH, KERNEL_RATIO, WINDOWS } from './thresholds.ts';

/** Gradients that grow from layer to layer, or from step to step, and a loss that suffers. */
export const exploding: Rule = {
  id: 'exploding',
  exact: false,
  judge: (view) => {
    const all = kernelGradients(view);
    return verdict(joined(all.flatMap((gradients) => explosion(gradients, view) ?? [])), whySilent(all, view));
  },
};

/** What starts too large is one fault, whichever tasks suffer. */
function joined(findings: readonly RuleFinding[]): RuleFinding[] {
  const byPlace = new Map<string, RuleFinding>();
  for (const each of findings) {
    const known = byPlace.get(each.place);
    byPlace.set(each.place, known === undefined ? each : { ...known, tasks: [...known.tasks, ...each.tasks] });
  }
  return [...byPlace.values()];
}

function explosion(gradients: KernelGradients, view: RunView): RuleFinding | null {
  const { task, objective, kernels, first, ratio } = gradients;
  const course = courseOf(view, task, objective);
  if (course === null || isDrivenUp(view, course)) {
    return null;
  }
  // Where the rate throws the weights away, growing gradients are its consequence.
  const thrown = isRateTooHigh(view);
  const broken = thrown ? undefined : first.find(({ value }) => !Number.isFinite(value));
  const gain = toNumber(kernels.details.gain);
  const middle = middleOf(ratio.filter(({ value }) => Number.isFinite(value)));
  if (gain > GAIN && startsFarOff(course)) {
    return ofStart(gradients, course, gain, view);
  }
  if (broken !== undefined) {
    return ofSteps(
      gradients,
      course,
      say('The gradient of {0} is no finite number at step {1}.', view.nameOf(task), broken.step),
      [],
      view,
    );
  }
  if (
    middle !== null &&
    middle.steps.count >= FEWEST_LOOKS &&
    middle.interval[0] > KERNEL_RATIO.exploding &&
    harmIn(course) !== null
  ) {
    return ofLayers(gradients, course, middle, view);
  }
  const growth = thrown ? null : growthOf(first);
  if (growth !== null && harmIn(course) !== null && course.last > course.first) {
    const said = say(
      'The gradient of {0} grows {1} times in {2} steps.',
      view.nameOf(task),
      formatNumber(growth.times),
      growth.to - growth.from,
    );
    const evidence: Evidence = {
      name: 'growth of the gradient',
      value: Number(growth.times.toPrecision(4)),
      unit: '×',
      interval: null,
      steps: { from: growth.from, to: growth.to, count: first.length },
      series: [{ name: kernels.details.first, points: first }],
    };
    return ofSteps(gradients, course, said, [evidence], view);
  }
  return null;
}

/** A loss whose sign was turned: training makes it as large as it can, and its gradient grows with it (risingLoss tells it). */
function isDrivenUp(view: RunView, { task, first, last }: LossCourse): boolean {
  const weight = view.lossSeries(task, 'weight').at(-1)?.value ?? 1;
  return (weight < 0 && last > first) || (weight > 0 && last < Math.min(0, first) && Math.abs(last) > Math.abs(first));
}

/** The last windows in which each is more than twice the one before, where there are enough of them on end. */
function growthOf(
  points: readonly Point[],
): { readonly times: number; readonly from: number; readonly to: number } | null {
  if (points.length < WINDOWS) {
    return null;
  }
  const windows = Array.from({ length: WINDOWS }, (_, k) =>
    middleOf(points.slice(Math.floor((k * points.length) / WINDOWS), Math.floor(((k + 1) * points.length) / WINDOWS))),
  );
  const grows = (k: number): boolean =>
    (windows[k]?.median ?? 0) > GROWTH.perWindow * (windows[k - 1]?.median ?? Infinity);
  let start = WINDOWS - 1;
  while (start > 0 && grows(start)) {
    start--;
  }
  const [from, to] = [windows[start], windows[WINDOWS - 1]];
  return WINDOWS - 1 - start < GROWTH.windows || from == null || to == null
    ? null
    : { times: to.median / from.median, from: from.steps.from, to: to.steps.to };
}

function ofLayers(gradients: KernelGradients, course: LossCourse, middle: Middle, view: RunView): RuleFinding {
  const { details } = gradients.kernels;
  return {
    ...common(gradients, view),
    message: [
      say(
        'The gradient of {0} is {1} times larger in its first kernel, {2}, than in its last, {3} (more than {4} is too much).',
        view.nameOf(gradients.task),
        formatNumber(middle.median),
        details.first,
        details.last,
        KERNEL_RATIO.exploding,
      ),
    ],
    evidence: [
      evidenceOf('gradient of the first kernel over that of the last', middle, '', [
        { name: details.first, points: gradients.first },
        { name: details.last, points: gradients.last },
      ]),
      lossEvidence(course, view),
    ],
    advice: [START, CLIP],
  };
}

function ofStart(gradients: KernelGradients, course: LossCourse, gain: number, view: RunView): RuleFinding {
  const { kernels, task } = gradients;
  return {
    ...common(gradients, view),
    place: kernels.details.widest,
    position: kernels.position,
    expression: startOf(kernels.details.widest),
    groups: groupsOf(view, [kernels.details.widest]),
    message: [
      say(
        '{0} starts so large that each of its units answers with {1} times the size of its inputs (He’s start: 1.4; more than {2} is too much).',
        kernels.layer ?? kernels.details.widest,
        formatNumber(gain),
        GAIN,
      ),
      say(
        'The loss of {0} starts at {1}, and stands at {2} now.',
        view.nameOf(task),
        formatNumber(course.first),
        formatNumber(course.last),
      ),
    ],
    evidence: [
      {
        name: 'standard deviation of the kernel times the root of its inputs',
        value: Number(gain.toPrecision(4)),
        unit: '',
        interval: null,
        steps: { from: kernels.step, to: kernels.step, count: 1 },
      },
      lossEvidence(course, view),
    ],
    advice: [START],
  };
}

function ofSteps(
  gradients: KernelGradients,
  course: LossCourse,
  said: Sentence,
  evidence: readonly Evidence[],
  view: RunView,
): RuleFinding {
  return {
    ...common(gradients, view),
    message: [said],
    evidence: [...evidence, lossEvidence(course, view)],
    advice: [CLIP],
  };
}

function common(
  { task, kernels }: KernelGradients,
  view: RunView,
): Omit<RuleFinding, 'message' | 'evidence' | 'advice'> {
  return {
    place: task,
    severity: 'warning',
    tasks: [task],
    groups: groupsOf(view, [kernels.details.first]),
    position: kernels.position ?? view.placeOf(task),
    expression: null,
    why: [
      say(
        'What each layer multiplies, many layers multiply many times over: one step then throws the weights far away.',
      ),
    ],
    source: 'X. Zhang et al.: AutoTrainer, 2021; H. Ben Braiek, F. Khomh: TheDeepChecker, 2022; K. He et al., 2015',
    related: [],
    since: null,
  };
}

function lossEvidence(course: LossCourse, view: RunView): Evidence {
  const { points, first, last } = course;
  return {
    name: 'first loss over the newest',
    value: Number((first / last).toPrecision(4)),
    unit: '×',
    interval: null,
    steps: { from: points[0]?.step ?? 0, to: points.at(-1)?.step ?? 0, count: points.length },
    series: [lossChart(view, course)],
  };
}

const START: Advice = {
  id: 'start',
  text: [say('Start the kernels as He or Glorot do: glorotNormal, or heNormal before rectifiers.')],
  change: null,
  state: 'untried',
};

const CLIP: Advice = {
  id: 'clip',
  text: [say('Lower the learning rate; where single batches do it, clip the gradient’s norm.')],
  change: null,
  state: 'untried',
};

function whySilent(all: readonly KernelGradients[], view: RunView): Sentence {
  const looks = all.flatMap((gradients) => {
    const middle = middleOf(gradients.ratio);
    return middle === null || middle.steps.count < FEWEST_LOOKS ? [] : [{ gradients, middle }];
  });
  const [first] = looks;
  if (first === undefined) {
    return say('No task had two kernels whose gradients were looked at {0} times.', FEWEST_LOOKS);
  }
  const { gradients, middle } = looks.reduce(
    (most, each) => (each.middle.median > most.middle.median ? each : most),
    first,
  );
  return say(
    'The gradient of {0} in its first kernel is {1} times that in its last (up to {2} is usual), its widest kernel starts with a gain of {3} (up to {4}), or its loss does well all the same.',
    view.nameOf(gradients.task),
    formatNumber(middle.median),
    KERNEL_RATIO.exploding,
    formatNumber(gradients.kernels.details.gain),
    GAIN,
  );
}
