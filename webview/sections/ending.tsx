import type { VNode } from 'preact';
import { formatCount } from '../../src/core/report/format.ts';
import type { RunState } from '../../src/core/run/run.ts';
import type { Scene } from '../model/scene.ts';
import { Button, Place } from '../ui.tsx';

/** States that a reader must know before any figure, and what to do then. */
const next: Readonly<Partial<Record<RunState, string>>> = {
  failed: 'Mend the script and train again; the log has all that the script printed.',
  exited: 'The log has what the script printed before.',
  interrupted: 'Train again to get the whole run; the log has what the script printed.',
  cancelled: 'The log has what the script printed.',
  'cut short': 'The log may tell more. A process that takes more memory than the machine has is killed so, too.',
};

/** True where a run is over and did not come to its own end. */
export function endedEarly(state: RunState): boolean {
  return next[state] !== undefined;
}

/** Why a run is over that did not come to its own end: its reason, its error with its place, and the log. */
export function Ending({ scene }: { readonly scene: Scene }): VNode | null {
  const { run, live, send } = scene;
  const state = run.state(live);
  if (!endedEarly(state)) {
    return null;
  }
  const { end } = run;
  const error = end?.error ?? null;
  return (
    <div class={state === 'cancelled' ? 'alarm ending cancelled' : 'alarm ending'} role="alert">
      <h2>
        {state === 'cancelled' ? '■' : '✕'} {headline(scene)}
      </h2>
      {error === null ? null : (
        <p class="error">
          <code>{error.message}</code>{' '}
          {error.position === null ? null : <Place scene={scene} position={error.position} />}
        </p>
      )}
      <p>
        {run.steps.length === 0
          ? 'Nothing was observed before.'
          : `What was observed up to step ${formatCount(lastStep(scene))} is shown.`}{' '}
        {next[state]}
      </p>
      <p class="buttons">
        <Button primary onPress={() => send({ type: 'log' })}>
          Show Log
        </Button>
      </p>
      {error === null || error.stack.trim() === '' ? null : (
        <details>
          <summary>Call stack</summary>
          <pre>{error.stack}</pre>
        </details>
      )}
    </div>
  );
}

const lastStep = ({ steps }: Scene): number => steps.at(-1)?.line.step ?? 0;

/** The record's own reason. An error's message has a line of its own, so it is not said twice. */
function headline({ run: { end } }: Scene): string {
  if (end === null) {
    return 'The record ends without saying why: the training process was killed, or the machine stopped.';
  }
  const { reason, error } = end;
  const ending = error === null ? '' : `: ${error.message}`;
  return sentence(ending !== '' && reason.endsWith(ending) ? reason.slice(0, -ending.length) : reason);
}

export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
