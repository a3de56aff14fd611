import { formatPercent } from '../../../report/format.ts';
import { toNumber } from '../../../run/numbers.ts';
import type { ActivationMeasure } from '../../../run/record.ts';
import type { Advice, RuleFinding, Severity } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { evidenceOf, laterPart, middleOf, type Middle } from './figures.ts';
import { courseOf, harmIn } from './lossCourse.ts';
import { DEAD_START, STARTS_DEAD, STARTS_WIDE } from './starts.ts';
import { DEAD, FEWEST_LOOKS, KEPT, SATURATED } from './thresholds.ts';
import { activationPlaces, seriesOf, type UnitPlace } from './unitPlaces.ts';

type Place = UnitPlace<ActivationMeasure>;

interface Looked {
  readonly place: Place;
  readonly middle: Middle;
}

/** Units of a rectifier that are at 0 for every sample: no gradient passes them, and none brings them back. */
export const dyingUnits: Rule = {
  id: 'dyingUnits',
  exact: false,
  judge: (view) => {
    const looks = looksAt(view, ({ dead, units }) => (dead === null ? null : dead / units));
    return verdict(
      looks.filter(({ middle }) => middle.interval[0] > DEAD.warning).map((look) => deadFinding(look, view)),
      silent(
        looks,
        say('No rectifier was looked at {0} times in the later part of the run.', FEWEST_LOOKS),
        (name, figure) =>
          say(
            'Of {0}, {1} of the units are at 0 on all of 500 samples (up to {2} is usual).',
            name,
            figure,
            formatPercent(DEAD.warning),
          ),
      ),
    );
  },
};

/** Sigmoid and tanh units that stand where their slope is all but 0. */
export const saturation: Rule = {
  id: 'saturation',
  exact: false,
  judge: (view) => {
    const looks = looksAt(view, ({ saturated }) => (saturated === null ? null : toNumber(saturated)));
    return verdict(
      looks.filter(({ middle }) => middle.interval[0] > SATURATED).map((look) => saturatedFinding(look)),
      silent(
        looks,
        say('No sigmoid, tanh or ELU was looked at {0} times in the later part of the run.', FEWEST_LOOKS),
        (name, figure) =>
          say(
            'In {0}, {1} of the values lie where the activation is flat (up to {2} is usual).',
            name,
            figure,
            formatPercent(SATURATED),
          ),
      ),
    );
  },
};

/** The later part of the run, where it was looked at often enough. */
function looksAt(view: RunView, pick: (measure: ActivationMeasure) => number | null): Looked[] {
  return activationPlaces(view).flatMap((place): Looked[] => {
    const later = laterPart(seriesOf(place, pick), view.stepsDone);
    const middle = later.length < FEWEST_LOOKS ? null : middleOf(later);
    return middle === null ? [] : [{ place, middle }];
  });
}

function silent(looks: readonly Looked[], none: Sentence, told: (name: string, figure: string) => Sentence): Sentence {
  const [first] = looks;
  if (first === undefined) {
    return none;
  }
  const worst = looks.reduce((most, each) => (each.middle.median > most.middle.median ? each : most), first);
  return told(worst.place.name, formatPercent(worst.middle.median));
}

function common({
  key,
  tasks,
  groups,
  position,
}: Place): Pick<RuleFinding, 'place' | 'tasks' | 'groups' | 'position' | 'related' | 'since'> {
  return { place: key, tasks, groups, position, related: [], since: null };
}

function deadFinding({ place, middle }: Looked, view: RunView): RuleFinding {
  const { dead, units } = place.newest;
  const zeros = seriesOf(place, (measure) => (measure.zero ?? 0) / measure.units);
  const fromStart = (zeros[0]?.value ?? 0) > DEAD.warning;
  const at = zeros[0]?.step ?? view.stepsDone;
  return {
    ...common(place),
    expression: fromStart ? STARTS_DEAD : null,
    severity: severityOf(middle.interval[0], isHarmed(place, view)),
    message: [
      say(
        '{0} of the {1} units of {2} are at 0 on every sample of the last 500 or more.',
        dead ?? 0,
        units,
        place.name,
      ),
      fromStart
        ? say('They were so from the start: {0} of them at step {1}.', formatPercent(zeros[0]?.value), at)
        : say('At step {0} it was {1} of them: they died while it trained.', at, formatPercent(zeros[0]?.value)),
    ],
    evidence: [
      evidenceOf(
        'units at 0 on 500 samples or more',
        middle,
        '%',
        [{ name: place.name, points: seriesOf(place, (measure) => (100 * (measure.dead ?? 0)) / measure.units) }],
        100,
      ),
    ],
    why: [
      say('A rectifier below 0 has slope 0: a unit that is at 0 for every sample gets no gradient, and stays there.'),
    ],
    advice: [fromStart ? DEAD_START : DEAD_RATE, LEAKY],
    source:
      'L. Lu et al.: Dying ReLU and Initialization, 2019; thresholds: X. Zhang et al., AutoTrainer, 2021; SageMaker Debugger',
  };
}

/** A layer may be wide enough to lose half of them: of tasks that train well all the same that is worth knowing, and no more. */
function severityOf(dead: number, harmed: boolean): Severity {
  if (!harmed) {
    return 'information';
  }
  return dead > DEAD.error ? 'error' : 'warning';
}

/** A task that the units serve has kept more than half of its first loss, or is harmed. */
function isHarmed({ tasks }: Place, view: RunView): boolean {
  const meant = tasks.length > 0 ? tasks : view.tasks.map(({ id }) => id);
  return meant.some((task) => {
    const course = courseOf(view, task, null);
    return course !== null && (harmIn(course) !== null || course.last > KEPT * course.first);
  });
}

const DEAD_RATE: Advice = {
  id: 'rate',
  text: [say('Lower the learning rate of the group: one step that was too large has thrown them below 0.')],
  change: null,
  state: 'untried',
};

const LEAKY: Advice = {
  id: 'leaky',
  text: [say('Or take an activation that never is flat, such as leaky ReLU or ELU.')],
  change: null,
  state: 'untried',
};

function saturatedFinding({ place, middle }: Looked): RuleFinding {
  const points = seriesOf(place, ({ saturated }) => (saturated === null ? null : toNumber(saturated)));
  const start = points[0];
  const fromStart = (start?.value ?? 0) > SATURATED;
  return {
    ...common(place),
    expression: fromStart ? STARTS_WIDE : null,
    severity: 'warning',
    message: [
      say(
        '{0} of the values that go into the {1} of {2} are beyond 5, where it is flat (more than {3} is too much).',
        formatPercent(middle.median),
        place.newest.op,
        place.name,
        formatPercent(SATURATED),
      ),
      fromStart
        ? say('They were so from the start: {0} of them at step {1}.', formatPercent(start?.value), start?.step ?? 0)
        : say('At step {0} it was {1} of them.', start?.step ?? 0, formatPercent(start?.value)),
    ],
    evidence: [
      evidenceOf(
        'values beyond 5',
        middle,
        '%',
        [{ name: place.name, points: points.map(({ step, value }) => ({ step, value: 100 * value })) }],
        100,
      ),
    ],
    why: [
      say('Beyond 5 a sigmoid has lost 97 % of its slope: hardly any gradient passes, and the unit learns no more.'),
    ],
    advice: [
      fromStart
        ? {
            id: 'start',
            text: [
              say(
                'Start the kernel smaller, as Glorot does (glorotNormal), and bring the inputs to mean 0 and deviation 1.',
              ),
            ],
            change: null,
            state: 'untried',
          }
        : {
            id: 'rate',
            text: [
              say('Lower the learning rate of the group, or add batch or layer normalisation before the activation.'),
            ],
            change: null,
            state: 'untried',
          },
    ],
    source: 'M. Wardat et al.: DeepDiagnosis, 2022; X. Glorot, Y. Bengio, 2010',
  };
}
