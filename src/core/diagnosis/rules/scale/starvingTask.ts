import { formatPercent } from '../../../report/format.ts';
import type { RuleFinding } from '../../finding.ts';
import { verdict, type Rule } from '../../rule.ts';
import type { RunView } from '../../runView.ts';
import { say, type Sentence } from '../../sentence.ts';
import { ofStarving } from './lossScale.ts';
import { evidence, placeIn } from './place.ts';
import { meetings, shareOf, sharedGroupOf } from './meeting.ts';
import { adviceOnScale } from './scaledTask.ts';
import { scaleGaps, starvingIn, type Starving } from './scaleGap.ts';
import { STARVING_SHARE } from './thresholds.ts';

/** A task that gets next to nothing of the shared variables' update, in the optimizer's own metric, and does not learn. */
export const starvingTask: Rule = {
  id: 'starvingTask',
  exact: false,
  judge: (view) =>
    verdict(
      meetings(view)
        .flatMap(({ objective, tasks }) => starvingIn(view, objective, tasks))
        .map((each) => starvingFinding(each, view)),
      whySilent(view),
    ),
};

function starvingFinding(starving: Starving, view: RunView): RuleFinding {
  const { objective, task, by, group, share, shareOfLargest, course } = starving;
  const [name, other] = [view.nameOf(task), view.nameOf(by)];
  return {
    place: task,
    severity: 'warning',
    tasks: [task, by],
    groups: [group.id],
    ...placeIn(view, task, 'loss'),
    message: [
      say(
        '{0} gets {1} of the update of {2}; {3} has {4}.',
        name,
        formatPercent(share.value),
        group.label,
        other,
        formatPercent(shareOfLargest.value),
      ),
      say('Its loss is at {0} of where it began, and does not fall.', formatPercent(course.recent / course.start)),
    ],
    evidence: [...ofStarving(starving, view), evidence(`share of ${other} in ${group.label}`, '%', shareOfLargest)],
    why: [say('The shared layers are trained for {0}; {1} has to make do with what they happen to hold.', other, name)],
    get advice() {
      const gap = scaleGaps(view).find((each) => each.objective.id === objective.id);
      return adviceOnScale(view, objective, by, task, gap?.ratio.value ?? 1);
    },
    source: 'E. Yang et al.: AdaTask, AAAI 2023; J. Copet et al.: the loss balancer of AudioCraft, 2023',
    related: [],
    since: null,
  };
}

function whySilent(view: RunView): Sentence {
  const shares = meetings(view).flatMap(({ objective, tasks }) =>
    tasks.flatMap((task) => {
      const group = sharedGroupOf(view, task, tasks);
      const share = group === null ? null : shareOf(view, task, group.id, objective.id);
      return group === null || share === null ? [] : [{ task, group, share }];
    }),
  );
  const least = shares.sort((a, b) => a.share.value - b.share.value)[0];
  if (least === undefined) {
    return say('Shares of a shared update are known from 10 deep steps on, where the optimizer is known.');
  }
  const { task, group, share } = least;
  const [name, part, limit] = [view.nameOf(task), formatPercent(share.value), formatPercent(STARVING_SHARE)];
  return share.high < STARVING_SHARE
    ? say(
        '{0} has {1} of the update of {2}, less than {3}, and its loss falls or is learned.',
        name,
        part,
        group.label,
        limit,
      )
    : say(
        '{0} has the least of the update of {1}: {2}, up to {4}; starving is below {3}.',
        name,
        group.label,
        part,
        limit,
        formatPercent(share.high),
      );
}
