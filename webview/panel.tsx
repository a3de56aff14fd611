import type { VNode } from 'preact';
import { pathCells } from './model/cells.ts';
import { Findings } from './findings/findings.tsx';
import { stepShown, type Scene } from './model/scene.ts';
import { Activity } from './sections/activity.tsx';
import { Agreement } from './sections/agreement.tsx';
import { Banner } from './sections/banner.tsx';
import { Boundary } from './sections/boundary.tsx';
import { CursorBar } from './sections/cursorBar.tsx';
import { Ending } from './sections/ending.tsx';
import { FlowGraph } from './sections/flowGraph.tsx';
import { Head } from './sections/head.tsx';
import { Heatmap } from './sections/heatmap.tsx';
import { LossScales } from './sections/lossScales.tsx';
import { NormSeries } from './sections/normSeries.tsx';
import { NothingObserved } from './sections/nothing.tsx';
import { Refused } from './sections/refused.tsx';
import { TaskTable } from './sections/taskTable.tsx';
import { Updates } from './sections/updates.tsx';

interface Props {
  readonly scene: Scene;
  /** Messages that were no messages of the host. */
  readonly refused: number;
}

/** The whole panel: causes before their effects, the same order in one column and in two. */
export function Panel({ scene, refused }: Props): VNode {
  const cells = pathCells(scene);
  const observed = scene.steps.length > 0 || scene.windows.length > 0;
  return (
    <>
      <Head scene={scene} />
      <main>
        <Ending scene={scene} />
        <Findings scene={scene} />
        <Banner scene={scene} cells={cells} />
        <Refused count={refused} />
        {observed ? null : <NothingObserved scene={scene} />}
        {observed || scene.run.graph !== null ? (
          <div class="cards">
            <TaskTable scene={scene} cells={cells} />
            <LossScales scene={scene} />
            <Heatmap scene={scene} cells={cells} />
            <FlowGraph scene={scene} cells={cells} />
            <Agreement scene={scene} />
            <Boundary scene={scene} />
            <NormSeries scene={scene} />
            <Updates scene={scene} />
            <Activity scene={scene} />
          </div>
        ) : null}
      </main>
      {scene.steps.length > 0 ? (
        <CursorBar
          scene={scene}
          steps={scene.steps.map((each) => each.step)}
          newest={stepShown(scene.steps, scene.windows, scene.steps.length - 1, null)}
        />
      ) : null}
    </>
  );
}
