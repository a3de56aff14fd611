import type { VNode } from 'preact';
import { counted } from '../../src/core/report/format.ts';
import { marks, toneOf } from '../sections/head.tsx';
import type { ComparisonScene, RunBeside } from './scene.ts';
import { RunName } from './runName.tsx';

/** Which runs stand beside each other, and how each of them ended. */
export function ComparisonHead({ scene }: { readonly scene: ComparisonScene }): VNode {
  return (
    <header class="head">
      <h1>Comparison of {counted(scene.runs.length, 'run')}</h1>
      <ul class="compared">
        {scene.runs.map((each, i) => (
          <Compared key={each.id} scene={scene} each={each} reference={i === 0} />
        ))}
      </ul>
    </header>
  );
}

interface Props {
  readonly scene: ComparisonScene;
  readonly each: RunBeside;
  readonly reference: boolean;
}

function Compared({ scene, each, reference }: Props): VNode {
  const { run, live, folder, id, letter } = each;
  const { header } = run;
  const state = run.state(live);
  const name = header?.entry ?? folder;
  return (
    <li data-run={letter}>
      <RunName each={each} />
      <button
        type="button"
        class="link"
        title={folder}
        aria-label={`${name}, open run ${letter}`}
        onClick={() => scene.send({ type: 'show', run: id })}
      >
        {name}
      </button>
      <span class={`state ${toneOf(state)}`} role="status">
        {marks[state]}
      </span>
      <span class="facts">
        {[
          ...(header === null ? ['nothing of its record could be read'] : [started(header.time)]),
          counted(run.stepsDone, 'step'),
          ...(reference ? ['the reference'] : []),
        ].join(' · ')}
      </span>
    </li>
  );
}

function started(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? 'at an unknown time'
    : date.toLocaleString(document.documentElement.lang || 'en', { dateStyle: 'medium', timeStyle: 'medium' });
}
