import type { VNode } from 'preact';
import { formatCount, formatEvery } from '../../src/core/report/format.ts';
import { costWords, watchingWords } from '../../src/core/report/watching.ts';
import { depthOf, overheadOf, unwatchedTime } from '../../src/core/run/depth.ts';
import type { HeaderLine } from '../../src/core/run/record.ts';
import type { Run, RunState } from '../../src/core/run/run.ts';
import type { Scene } from '../model/scene.ts';
import { Button } from '../ui.tsx';
import { endedEarly, sentence } from './ending.tsx';

export const marks: Record<RunState, string> = {
  running: '▶ training',
  finished: '✓ finished',
  failed: '✕ failed',
  cancelled: '■ cancelled',
  exited: '✕ ended itself',
  interrupted: '✕ interrupted',
  'cut short': '✕ cut short',
};

/** What runs, how far it is, and how it ended. */
export function Head({ scene }: { readonly scene: Scene }): VNode {
  const { run, live, send } = scene;
  const state = run.state(live);
  const planned = run.plan?.stepsPerEpoch == null ? null : run.plan.step + run.plan.epochs * run.plan.stepsPerEpoch;
  const done = formatCount(run.stepsDone);
  const facts = [
    planned === null || planned < run.stepsDone ? `step ${done}` : `step ${done} of ${formatCount(planned)}`,
    run.backend ?? 'no backend yet',
    ...watched(run),
    ...(run.header?.seed == null ? [] : [`seed ${run.header.seed}`]),
  ];
  return (
    <header class="head">
      <h1 title={scene.folder}>{run.header?.entry ?? 'Training run'}</h1>
      <span class={`state ${toneOf(state)}`} role="status">
        {marks[state]}
      </span>
      <span class="facts">{facts.join(' · ')}</span>
      <span class="buttons">
        <Button onPress={() => send({ type: 'compare' })}>Compare…</Button>
        {endedEarly(state) ? null : <Button onPress={() => send({ type: 'log' })}>Show Log</Button>}
        {live && run.end === null ? <Button onPress={() => send({ type: 'stop' })}>■ Stop</Button> : null}
      </span>
      {run.end !== null && state === 'finished' ? <p class="ending faint">{sentence(run.end.reason)}</p> : null}
    </header>
  );
}

/** How the run is watched: as its lines show it, or as its header says where it has none that do. */
function watched(run: Run): string[] {
  const [depth, overhead, unwatched] = [depthOf(run), overheadOf(run), unwatchedTime(run)];
  if (depth !== null) {
    return [watchingWords(depth, overhead, unwatched)];
  }
  return run.header === null ? [] : watching(run.header, overhead, unwatched);
}

/** How often is looked, and what that has cost. */
function watching(header: HeaderLine, overhead: number | null, unwatched: number | null): string[] {
  const often = formatEvery(header);
  return [
    header.every === null ? `observed ${often}` : `${often} observed`,
    ...(overhead === null ? [] : [`cost of watching ${costWords(overhead, unwatched)}`]),
  ];
}

export function toneOf(state: RunState): string {
  return state === 'finished' ? 'good' : state === 'running' ? 'plain' : state === 'cancelled' ? 'warn' : 'bad';
}
