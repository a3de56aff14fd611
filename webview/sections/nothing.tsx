import type { VNode } from 'preact';
import { counted, formatEvery } from '../../src/core/report/format.ts';
import type { Scene } from '../model/scene.ts';
import { Button } from '../ui.tsx';
import { Refused } from './refused.tsx';

/** No run is shown: what to do to get one. */
export function NoRun({ send, refused }: Pick<Scene, 'send'> & { readonly refused: number }): VNode {
  return (
    <main class="nothing">
      <h1>No training run to show</h1>
      <p>
        Open a script that trains a TensorFlow.js model with more than one output or loss, and train it. Nothing in it
        has to change.
      </p>
      <p class="buttons">
        <Button primary onPress={() => send({ type: 'train' })}>
          Train Active File
        </Button>
        <Button onPress={() => send({ type: 'example' })}>Copy an Example into the Workspace</Button>
      </p>
      <p class="faint">A run that was recorded before opens with the command “MTL: Open Run…”.</p>
      <Refused count={refused} />
    </main>
  );
}

/** A run that cannot be shown, such as one that was deleted while the window was closed. */
export function UnreadableRun({ folder, reason }: { readonly folder: string; readonly reason: string }): VNode {
  return (
    <main class="nothing">
      <h1>This run cannot be shown</h1>
      <p>
        {folder}: {reason}
      </p>
      <p class="faint">Close this panel, or open another run with the command “MTL: Open Run…”.</p>
    </main>
  );
}

/** A run of which nothing was observed: what is being waited for, or why nothing came. */
export function NothingObserved({ scene }: { readonly scene: Scene }): VNode {
  const { run, live } = scene;
  const every = formatEvery(run.header ?? { every: 1, budget: null });
  const told = run.events.some(({ kind }) => kind === 'notice');
  const text =
    live && run.end === null && run.stepsDone === 0
      ? `Waiting for the first observed step (${every}). Loading TensorFlow.js and the data comes first; the log shows what the script prints.`
      : run.stepsDone > 0
        ? `${counted(run.stepsDone, 'training step')} ran, and no gradient was measured (${every}). ${told ? 'Where no notice above says why, observe' : 'Observe'} more steps and train again.`
        : 'The script did not train with TensorFlow.js while it was watched. See that this file is the one that trains, that it got the arguments it needs, and that it awaits its training. The log shows what it printed.';
  return <p class="waiting">{text}</p>;
}
