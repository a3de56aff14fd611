import type { Path } from '../../run/record.ts';
import type { RuleFinding } from '../finding.ts';
import { verdict, type Rule } from '../rule.ts';
import type { RunView } from '../runView.ts';
import { say } from '../sentence.ts';
import { hasPath, holdsSince } from './graphHistory.ts';
import { hasNothingToTeach, LASTING, zeroSteps } from './zeroPaths.ts';

/** A task depends on a group, and no gradient comes there; no operation was found that cuts it. */
export const cut: Rule = {
  id: 'cut',
  exact: true,
  judge: (view) =>
    verdict(
      unexplained(view, 'cut').map((path) => pathFinding(path, view)),
      say('Every cut that was found has a line.'),
    ),
};

/** A task is connected to a group, its gradient there is exactly 0, and no operation was found that does it. */
export const zero: Rule = {
  id: 'zero',
  exact: true,
  judge: (view) =>
    verdict(
      unexplained(view, 'zero').map((path) => pathFinding(path, view)),
      say('Every gradient of exactly 0 that was found has a line.'),
    ),
};

function unexplained(view: RunView, state: Path['state']): Path[] {
  return (view.graph?.paths ?? []).filter((path) => path.state === state && !path.declared && path.cuts.length === 0);
}

/** Told at the task's loss: where the gradient is lost is not known. */
function pathFinding(path: Path, view: RunView): RuleFinding {
  const { task, group, state } = path;
  const [name, label] = [view.nameOf(task), view.labelOf(group)];
  const zeros = zeroSteps(view, task, group);
  const calm = state === 'zero' && (zeros < LASTING || hasNothingToTeach(view, task));
  return {
    place: `${task} ${group}`,
    severity: calm ? 'information' : 'warning',
    tasks: [task],
    groups: [group],
    position: view.placeOf(task),
    expression: null,
    message:
      state === 'zero'
        ? [
            say(
              '{0} does not train {1}: its gradient there was exactly 0 at the last {2} deeply observed steps.',
              name,
              label,
              zeros,
            ),
          ]
        : [say('{0} does not train {1}: its loss depends on it, and no gradient comes there.', name, label)],
    evidence: [
      { name: 'norm of the gradient', value: 0, unit: '', interval: null, steps: null },
      { name: 'observed steps with a gradient of exactly 0', value: zeros, unit: 'steps', interval: null, steps: null },
    ],
    why: [say('What a task is cut from does not learn from it, however long it trains; tfjs says nothing.')],
    advice: [
      {
        id: 'look',
        text: [say('Where it is lost was not found: look at the values on the way, and at the loss itself.')],
        change: null,
        state: 'untried',
      },
    ],
    source: 'measured: the tape and the gradients of the observed steps',
    related: [],
    since: holdsSince(view, (graph) => hasPath(graph, path)),
  };
}
