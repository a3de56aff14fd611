import type { VNode } from 'preact';
import { formatCount } from '../../src/core/report/format.ts';
import type { EventLine } from '../../src/core/run/record.ts';
import type { PathCell } from '../model/cells.ts';
import type { Scene } from '../model/scene.ts';
import { Place } from '../ui.tsx';
import { sentence } from './ending.tsx';
import { FeatureNotes } from './featureNotes.tsx';
import { ScaleFacts } from './scaleFacts.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
}

/** What was seen and no finding tells: events, what the losses' scales do, what flows through predictions. */
export function Banner({ scene, cells }: Props): VNode {
  const { events } = scene.run;
  const found = new Set<string>(scene.findings?.findings.map(({ rule }) => rule));
  const faults = events.filter(({ kind }) => kind !== 'notice' && !found.has(kind));
  return (
    <div class="banner">
      {faults.map((event, i) => (
        <div key={`event ${i}`} class="alarm">
          <h2>
            ✕ <EventWords scene={scene} event={event} />
          </h2>
        </div>
      ))}
      {found.has('lossScale') ? null : <ScaleFacts scene={scene} cells={cells} />}
      <FeatureNotes scene={scene} />
      {events
        .filter(({ kind }) => kind === 'notice')
        .map((event, i) => (
          <p key={`notice ${i}`} class="calm">
            <EventWords scene={scene} event={event} />
          </p>
        ))}
    </div>
  );
}

function EventWords({ scene, event }: { readonly scene: Scene; readonly event: EventLine }): VNode {
  return (
    <>
      Step {formatCount(event.step)}: {sentence(event.message)}{' '}
      {event.position === null ? null : <Place scene={scene} position={event.position} />}
    </>
  );
}
