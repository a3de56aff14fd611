import type { VNode } from 'preact';
import { formatCount, formatEvery } from '../../src/core/report/format.ts';
import type { RunState } from '../../src/core/run/run.ts';
import type { Scene } from '../model/scene.ts';
import { Button, Place } from '../ui.tsx';

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
    ...(run.header === null ? [] : [`${formatEvery(run.header.every)} observed`]),
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
        <Button onPress={() => send({ type: 'log' })}>Show Log</Button>
        {live && run.end === null ? <Button onPress={() => send({ type: 'stop' })}>■ Stop</Button> : null}
      </span>
      <Ending scene={scene} state={state} />
    </header>
  );
}

export function toneOf(state: RunState): string {
  return state === 'finished' ? 'good' : state === 'running' ? 'plain' : state === 'cancelled' ? 'warn' : 'bad';
}

/** Why a run is over; an error with its place. */
function Ending({ scene, state }: { readonly scene: Scene; readonly state: RunState }): VNode | null {
  const { end } = scene.run;
  if (state === 'running') {
    return null;
  }
  if (end === null) {
    return (
      <p class="ending">
        Its record ends without saying why: the training process was killed, or the machine stopped. What was recorded
        until then is shown.
      </p>
    );
  }
  return (
    <p class={state === 'finished' ? 'ending faint' : 'ending'}>
      {sentence(end.reason)} {end.error === null ? null : <b class="bad">{end.error.message}</b>}{' '}
      {end.error?.position == null ? null : <Place scene={scene} position={end.error.position} />}
    </p>
  );
}

export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
