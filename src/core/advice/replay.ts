import { median } from '../run/numbers.ts';
import type { Run } from '../run/run.ts';
import type { Aggregator } from './aggregators/aggregator.ts';
import { aggregators } from './aggregators/aggregators.ts';
import { entry, product, timesVector, type Matrix } from './aggregators/algebra/matrix.ts';
import { dwa } from './aggregators/dwa.ts';
import { uncertaintyWeights } from './aggregators/uncertainty.ts';
import { trajectoryOf, type Moment, type Trajectory } from './trajectory.ts';

/** A figure over the looks at a run: its middle value, and what four in five looks lie between. */
export interface Middle {
  readonly median: number;
  readonly from: number;
  readonly to: number;
}

export interface ReplayedTask {
  readonly task: string;
  /** The method's factor for the task's loss. */
  readonly weight: Middle;
  /** Cosine of the task's gradient and the shared variables' step: below 0 the step makes the task worse, to first order. */
  readonly gain: Middle;
}

/**
 * `nothing`: the present direction, from the present proportions. `sameDirection`: from other proportions, as where one task owns
 * the shared variables either way. `stays`: most of the time it would not move. `differs`: anything else.
 */
export type ReplayVerdict = 'nothing' | 'sameDirection' | 'differs' | 'stays';

export interface ReplayedMethod {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly verdict: ReplayVerdict;
  /** Cosine of the method's step and the one that was taken; null where the method stayed at every look. */
  readonly cosine: Middle | null;
  /** Length of the method's step over that of the one that was taken. */
  readonly length: Middle;
  readonly tasks: readonly ReplayedTask[];
  /** Tasks that the present step makes worse and this one does not. */
  readonly spared: readonly string[];
  /** Tasks that this step makes worse and the present one does not. */
  readonly harmed: readonly string[];
}

/**
 * What each method would have done with the gradients that were recorded. These are directions along the training as it went:
 * after one different step the gradients would have been others. They tell which methods are not worth a trial; none of them
 * predicts how a training with the method ends.
 */
export interface Replay extends Pick<Trajectory, 'objective' | 'group'> {
  readonly tasks: readonly string[];
  /** The looks that it rests on. */
  readonly steps: { readonly from: number; readonly to: number; readonly count: number };
  /** As `ReplayedTask`, of the steps that were taken. */
  readonly present: readonly ReplayedTask[];
  readonly methods: readonly ReplayedMethod[];
}

/** So many looks, evenly spread, are enough for a median. */
const MOST_LOOKS = 300;
/** A window longer than this counts as so long: what is learned in it settles before. */
const LONGEST = 64;
/** Directions closer than this are the same; proportions, within 5 %. */
const [SAME, PROPORTIONAL] = [0.999, 1.05];
/** Cosines nearer to 0 than this neither help nor harm. */
const NOTHING = 0.01;
/** A step this much shorter than the present one is none. */
const STAYS = 1e-6;

/**
 * Replays the methods on a recorded run; null where no two tasks share anything that was looked at.
 * @param looks At most so many looks are replayed, evenly spread.
 */
export function replayMethods(run: Run, objective: string, upTo = Infinity, looks = MOST_LOOKS): Replay | null {
  const trajectory = trajectoryOf(run, objective, upTo);
  return trajectory === null ? null : replay(trajectory, methodsFor(run, objective), looks);
}

/** The methods as this run would have used them: with its epochs, and its rate for what is trained along. */
function methodsFor(run: Run, objective: string): Aggregator[] {
  const rate = run.graph?.objectives.find(({ id }) => id === objective)?.optimizer?.learningRate ?? null;
  const epoch = run.plan?.stepsPerEpoch ?? null;
  return aggregators.map((method) => {
    if (method.name === 'uncertainty' && rate !== null) {
      return uncertaintyWeights({ learningRate: rate });
    }
    return method.name === 'dwa' && epoch !== null ? dwa({ every: epoch }) : method;
  });
}

/** One look: the Gram matrix, the factors that were used, and those of each method. */
interface Look {
  readonly step: number;
  readonly gram: Matrix;
  readonly present: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** Replays methods on a trajectory that has at least one look. */
export function replay(trajectory: Trajectory, methods: readonly Aggregator[], looks = MOST_LOOKS): Replay {
  const { objective, group, tasks } = trajectory;
  const all = looksAt(trajectory, methods, looks);
  const present = tasksOf(tasks, all, ({ present: weights }) => weights);
  return {
    objective,
    group,
    tasks,
    steps: { from: all[0]?.step ?? 0, to: all.at(-1)?.step ?? 0, count: all.length },
    present,
    methods: methods.map((method, m) => replayed(method, tasks, all, present, ({ weights }) => weights[m] ?? [])),
  };
}

function looksAt({ moments, tasks }: Trajectory, methods: readonly Aggregator[], most: number): Look[] {
  const states = methods.map((method) => method.start(tasks.length));
  const looked = moments.filter(isLook);
  const chosen = new Set(
    looked.filter(
      (_, i) =>
        Math.floor((i * most) / looked.length) !== Math.floor(((i - 1) * most) / looked.length) ||
        looked.length <= most,
    ),
  );
  const found: Look[] = [];
  let gram: Matrix | null = null;
  for (const moment of moments) {
    gram = moment.gram ?? gram;
    const figures = gram === null ? null : { gram, losses: moment.losses };
    if (isLook(moment) && chosen.has(moment)) {
      const now = { gram: moment.gram, losses: moment.losses };
      const weights = methods.map((method, m) => method.step(now, states[m] ?? []).weights);
      found.push({ step: moment.step, gram: moment.gram, present: moment.present, weights });
    }
    methods.forEach((method, m) => {
      // Before the first look there are no norms to learn from; losses are known from the start.
      const known = method.needs === 'losses' ? { gram: figures?.gram ?? [], losses: moment.losses } : figures;
      for (let i = 0; known !== null && i < Math.min(moment.steps, LONGEST) && remembers(method); i++) {
        states[m] = method.step(known, states[m] ?? []).state;
      }
    });
  }
  return found;
}

function remembers({ needs }: Aggregator): boolean {
  return needs === 'losses' || needs === 'both';
}

/** A moment whose gradients were looked at, and at which the training moved. */
function isLook(moment: Moment): moment is Moment & { readonly gram: Matrix } {
  return moment.gram !== null && product(moment.present, moment.gram, moment.present) > 0;
}

function replayed(
  { name, title, paper }: Aggregator,
  tasks: readonly string[],
  looks: readonly Look[],
  present: readonly ReplayedTask[],
  weightsOf: (look: Look) => readonly number[],
): ReplayedMethod {
  const lengths = looks.map((look) => lengthOf(look, weightsOf(look)) / lengthOf(look, look.present));
  const length = middle(lengths);
  const moving = looks.filter((_, i) => (lengths[i] ?? 0) > STAYS);
  const cosine = moving.length === 0 ? null : middle(moving.map((look) => cosineOf(look, weightsOf(look))));
  const proportions = middle(looks.map((look) => disproportion(weightsOf(look), look.present)));
  const found = tasksOf(tasks, looks, weightsOf);
  const isHarmed = (task: ReplayedTask | undefined): boolean => (task?.gain.median ?? 0) < -NOTHING;
  const same = (cosine?.median ?? 0) > SAME;
  return {
    name,
    title,
    paper,
    verdict:
      length.median <= STAYS
        ? 'stays'
        : !same
          ? 'differs'
          : proportions.median < PROPORTIONAL
            ? 'nothing'
            : 'sameDirection',
    cosine,
    length,
    tasks: found,
    spared: tasks.filter((_, i) => isHarmed(present[i]) && (found[i]?.gain.median ?? 0) > -NOTHING / 10),
    harmed: tasks.filter((_, i) => !isHarmed(present[i]) && isHarmed(found[i])),
  };
}

function tasksOf(
  tasks: readonly string[],
  looks: readonly Look[],
  weightsOf: (look: Look) => readonly number[],
): ReplayedTask[] {
  return tasks.map((task, i) => ({
    task,
    weight: middle(looks.map((look) => weightsOf(look)[i] ?? 0)),
    gain: middle(looks.map((look) => gainOf(look, weightsOf(look), i))),
  }));
}

function lengthOf({ gram }: Look, weights: readonly number[]): number {
  return Math.sqrt(Math.max(0, product(weights, gram, weights)));
}

function cosineOf(look: Look, weights: readonly number[]): number {
  const along = product(weights, look.gram, look.present);
  return Math.max(-1, Math.min(1, along / (lengthOf(look, weights) * lengthOf(look, look.present))));
}

/** 0 where there is no step, or no gradient. */
function gainOf(look: Look, weights: readonly number[], task: number): number {
  const size = lengthOf(look, weights) * Math.sqrt(entry(look.gram, task, task));
  const gain = timesVector([look.gram[task] ?? []], weights)[0] ?? 0;
  return size === 0 ? 0 : Math.max(-1, Math.min(1, gain / size));
}

/** 1 where one list is a multiple of the other; else how far the multiples lie apart. */
function disproportion(weights: readonly number[], present: readonly number[]): number {
  const ratios = weights.flatMap((weight, i) => (present[i] === 0 && weight === 0 ? [] : [weight / (present[i] ?? 0)]));
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return least > 0 ? most / least : Infinity;
}

function middle(values: readonly number[]): Middle {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? NaN;
  return { median: median(sorted) ?? NaN, from: at(0.1), to: at(0.9) };
}
