import type { ComponentChildren, VNode } from 'preact';
import type { ShownFinding } from '../../src/protocol/shownFindings.ts';
import type { Scene } from '../model/scene.ts';
import { Disclosure, Place } from '../ui.tsx';
import { FindingBody, slug } from './findingBody.tsx';
import { isOpened, toggled } from './opened.ts';
import { SeverityMark } from './severity.tsx';

interface Props {
  readonly scene: Scene;
  readonly finding: ShownFinding;
  /** What stands below it when it is open. */
  readonly children?: ComponentChildren;
}

/** A finding in one line, that opens. */
export function FindingRow({ scene, finding, children }: Props): VNode {
  const { id, severity, message, place } = finding;
  const open = isOpened(scene, id);
  const body = `${slug(id)}-body`;
  return (
    <li class={open ? 'finding open' : 'finding'} data-finding={id}>
      <div class="line">
        <SeverityMark severity={severity} />
        <Disclosure controls={body} open={open} onToggle={() => toggled(scene, id)} headline>
          {message[0] ?? finding.rule}
        </Disclosure>
        {place === null ? null : <Place scene={scene} position={place} />}
      </div>
      <div id={body}>
        {open ? (
          <>
            <FindingBody scene={scene} finding={finding} />
            {children}
          </>
        ) : null}
      </div>
    </li>
  );
}
