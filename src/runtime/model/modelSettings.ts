import type { MakeOptimizer } from '../groupOptimizers.ts';
import type { LearningRates } from '../groups/learningRates.ts';
import type { NamedGroups } from '../groups/namedGroups.ts';
import type { Weighting } from '../weighting/weighting.ts';
import type { TaskSettings } from './tasks.ts';

/** What `compileMultiTask` is given. */
export interface MultiTaskModelSettings<Task extends string, Group extends string = never> {
  /** By task: what `compile` takes for its output, and its loss weight. A task is called like its output layer. */
  readonly tasks: Readonly<Record<Task, TaskSettings>>;
  /** Makes one optimizer per variable group. */
  readonly optimizer: MakeOptimizer;
  /** One rate, or one per group: the shared trunk, each task's tower, groups of your own. */
  readonly learningRates: LearningRates<NoInfer<Task>, NoInfer<Group>>;
  /** How losses become one; default: the weights alone. */
  readonly weighting?: Weighting;
  /** Groups of your own, beside the trunk and the towers. */
  readonly groups?: NamedGroups<Group>;
  /** The largest L2 norm that the gradient of all variables together may have; above, it is scaled down to it. */
  readonly clipNorm?: number;
}
