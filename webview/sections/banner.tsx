import type { ComponentChildren, VNode } from 'preact';
import { formatCount, formatNames } from '../../src/core/report/format.ts';
import { canBeMeant, whatHappens } from '../../src/core/report/sections/cuts.ts';
import type { Cut } from '../../src/core/run/record.ts';
import type { PathCell } from '../model/cells.ts';
import { groupLabel, termName, type Scene } from '../model/scene.ts';
import { Place } from '../ui.tsx';
import { sentence } from './ending.tsx';
import { FeatureNotes } from './featureNotes.tsx';
import { ScaleFacts } from './scaleFacts.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
}

/**
 * What a reader must know first: the cuts that nobody declared, then losses that are not finite and mixed
 * optimizer state, then what the losses' scales do, then the rest.
 */
export function Banner({ scene, cells }: Props): VNode | null {
  const { graph, events } = scene.run;
  const cuts = graph?.cuts ?? [];
  const undeclared = cuts.filter(({ declared, kind }) => !declared && kind !== 'passThrough');
  const lost = (graph?.paths ?? []).filter(
    (path) => !path.declared && path.cuts.length === 0 && (path.state === 'cut' || path.state === 'zero'),
  );
  const faults = events.filter(({ kind }) => kind === 'nonFinite' || kind === 'optimizerState');
  const declared = cuts.filter((cut) => cut.declared);
  const known = (graph?.paths ?? []).some(({ state }) => state !== 'none');
  return (
    <div class="banner">
      {undeclared.map((cut) => (
        <Alarm key={cut.id} cut={cut.id}>
          <h2>
            ✕ {headline(scene, cut)} <Place scene={scene} position={cut.position} />
          </h2>
          <p>
            {whatHappens[cut.kind](cut.op)}
            {cut.layer === null ? '' : ` In layer ${cut.layer}.`} Since step {formatCount(graph?.step ?? 0)}.
            {canBeMeant.has(cut.kind) ? ' Where it is meant, write stopGradient from mtl-debugger instead.' : ''}
          </p>
        </Alarm>
      ))}
      {lost.map(({ task, group, state }) => (
        <Alarm key={JSON.stringify([task, group])}>
          <h2>
            ✕ {termName(scene, task)} does not train {groupLabel(scene, group)}
          </h2>
          <p>Its gradient there is {state === 'zero' ? 'exactly 0' : 'absent'}, and where it is lost was not found.</p>
        </Alarm>
      ))}
      {faults.map((event, i) => (
        <Alarm key={`event ${i}`}>
          <h2>
            ✕ Step {formatCount(event.step)}: {sentence(event.message)}{' '}
            {event.position === null ? null : <Place scene={scene} position={event.position} />}
          </h2>
        </Alarm>
      ))}
      <ScaleFacts scene={scene} cells={cells} />
      <FeatureNotes scene={scene} />
      {cuts
        .filter(({ kind }) => kind === 'passThrough')
        .map((cut) => (
          <p key={cut.id} class="calm">
            <b class="warn">!</b> {whatHappens[cut.kind](cut.op)} <Place scene={scene} position={cut.position} />
          </p>
        ))}
      {declared.map((cut) => (
        <p key={cut.id} class="calm">
          <b class="good">✓</b> As declared: {headline(scene, cut)} <Place scene={scene} position={cut.position} />
        </p>
      ))}
      {known && cuts.length === 0 && lost.length === 0 ? (
        <p class="calm">
          <b class="good">✓</b> No blocked gradient path was found.
        </p>
      ) : null}
      {events
        .filter(({ kind }) => kind === 'notice')
        .map((event, i) => (
          <p key={`notice ${i}`} class="calm">
            Step {formatCount(event.step)}: {sentence(event.message)}{' '}
            {event.position === null ? null : <Place scene={scene} position={event.position} />}
          </p>
        ))}
    </div>
  );
}

function Alarm({ children, cut }: { readonly children: ComponentChildren; readonly cut?: string }): VNode {
  return (
    <div class="alarm" {...(cut === undefined ? {} : { 'data-cut': cut })}>
      {children}
    </div>
  );
}

/** Who is kept out of what: `dataSync keeps conversion out of shared, click tower`. */
function headline(scene: Scene, cut: Cut): string {
  const tasks = [...new Set(cut.pairs.map(({ task }) => task))];
  const kept = tasks.map((task) => {
    const pairs = cut.pairs.filter((pair) => pair.task === task);
    const groups = formatNames(pairs.map(({ group }) => groupLabel(scene, group)));
    const partly = pairs.every(({ complete }) => !complete) ? ' on this path; another still carries its gradient' : '';
    return `${termName(scene, task)} out of ${groups}${partly}`;
  });
  return kept.length === 0 ? `${cut.op} ends a gradient path` : `${cut.op} keeps ${kept.join(', and ')}`;
}
