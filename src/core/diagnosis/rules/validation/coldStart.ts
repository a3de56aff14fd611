import { formatCount, formatNumber } from '../../../report/format.ts';
import type { Term } from '../../../run/record.ts';
import type { Advice, RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { constantLoss, type ConstantLoss } from './constantLoss.ts';
import { COLD_START } from './thresholds.ts';

interface Start {
  readonly term: Term;
  readonly constant: ConstantLoss;
  /** Loss at the task's first step, and which that is. */
  readonly loss: number;
  readonly step: number;
}

/** A task starts far worse than one that knows nothing should. */
export const coldStart: Rule = {
  id: 'coldStart',
  exact: false,
  judge: (view) => {
    const starts = view.tasks.flatMap((term): Start[] => {
      const constant = constantLoss(view, term.id);
      const [first] = view.lossSeries(term.id, 'raw');
      return constant === null || first === undefined || !Number.isFinite(first.value)
        ? []
        : [{ term, constant, loss: first.value, step: first.step }];
    });
    return verdict(
      starts
        .filter(({ loss, constant }) => loss > COLD_START * constant.untrained)
        .flatMap((start) => found(start, view) ?? []),
      whySilent(starts),
    );
  },
};

/** Null where the loss of a loop never came near what is expected: it may be in another unit than its labels, as where it is multiplied. */
function found({ term, constant, loss, step }: Start, view: RunView): RuleFinding | null {
  const { untrained, classes, mean, deviation } = constant;
  const there = view.lossSeries(term.id, 'raw').find(({ value }) => value <= COLD_START * untrained)?.step ?? null;
  if (there === null && term.from === 'tape') {
    return null;
  }
  const isMean = classes === null && mean ** 2 > deviation ** 2;
  return {
    place: term.id,
    severity: 'information',
    tasks: [term.id],
    groups: view.groups.filter(({ kind, tasks }) => kind === 'tower' && tasks.includes(term.id)).map(({ id }) => id),
    position: term.position,
    expression: isMean && term.from === 'output' ? { of: 'target', task: term.name } : null,
    message: [
      classes === null
        ? say(
            '{0} starts at a loss of {1}; predicting the mean of its labels costs {2}.',
            term.name,
            formatNumber(loss),
            formatNumber(untrained),
          )
        : say(
            '{0} starts at a loss of {1}; giving each of {2} classes the same chance costs {3}.',
            term.name,
            formatNumber(loss),
            classes,
            formatNumber(untrained),
          ),
      there === null
        ? say('It has not come near that yet.')
        : say('It came near that at step {0}.', formatCount(there)),
    ],
    evidence: [
      {
        name: 'first loss over the expected one',
        value: loss / untrained,
        unit: '×',
        interval: null,
        steps: { from: step, to: step, count: 1 },
      },
      { name: 'expected loss', value: untrained, unit: '', interval: null, steps: null },
    ],
    why: [
      say(
        'The first steps only take the output to the right level, and in shared layers they are the largest steps of all.',
      ),
    ],
    advice: isMean ? [standardise(term, mean, deviation)] : [smaller(classes)],
    source:
      'H. Ben Braiek, F. Khomh: Testing Feedforward Neural Networks Training Programs (TheDeepChecker), 2023: initial loss',
    related: [],
    since: step,
  };
}

function standardise({ name }: Term, mean: number, deviation: number): Advice {
  return {
    id: 'standardise',
    text: [
      say(
        'Standardise the labels of {0}: subtract {1} and divide by {2}; or start the bias of its last layer at {1}.',
        name,
        formatNumber(mean),
        formatNumber(deviation),
      ),
    ],
    change: { of: 'target', task: name, mean, deviation },
    state: 'untried',
  };
}

function smaller(classes: number | null): Advice {
  return {
    id: 'smaller',
    text: [
      classes === null
        ? say('Its first predictions are far too large: start its last kernel smaller, and standardise the inputs.')
        : say('Its first logits are sure of something: start its last kernel smaller, and standardise the inputs.'),
    ],
    change: null,
    state: 'untried',
  };
}

function whySilent(starts: readonly Start[]): Sentence {
  const ratios = starts.map(({ loss, constant }) => loss / constant.untrained);
  return ratios.length === 0
    ? say('Of no task is it known what it should lose before it was trained.')
    : say(
        'No task starts at more than {0} times the loss of one that knows nothing; the largest ratio is {1}.',
        COLD_START,
        formatNumber(Math.max(...ratios)),
      );
}
