import type { VNode } from 'preact';
import { CursorBar } from '../sections/cursorBar.tsx';
import { Refused } from '../sections/refused.tsx';
import { Changes } from './changes.tsx';
import { ComparisonHead } from './comparisonHead.tsx';
import { LossLines } from './lossLines.tsx';
import type { ComparisonScene } from './scene.ts';
import { SharedGroups } from './sharedGroups.tsx';
import { TaskFigures } from './taskFigures.tsx';

interface Props {
  readonly scene: ComparisonScene;
  /** Messages that were no messages of the host. */
  readonly refused: number;
}

/** Several runs beside each other: what was changed, then what became of each task. */
export function ComparisonPanel({ scene, refused }: Props): VNode {
  const { tasks, common } = scene.comparison;
  return (
    <>
      <ComparisonHead scene={scene} />
      <main>
        <Refused count={refused} />
        <div class="cards comparison">
          <Changes scene={scene} />
          {tasks.length === 0 ? null : <TaskFigures scene={scene} />}
          {tasks.map((task, i) => (
            <LossLines key={`${task.kind} ${task.name}`} scene={scene} task={task} index={i} />
          ))}
          <SharedGroups scene={scene} />
        </div>
      </main>
      {common.length === 0 ? null : <CursorBar scene={scene} steps={common} newest={common.at(-1) ?? null} />}
    </>
  );
}
