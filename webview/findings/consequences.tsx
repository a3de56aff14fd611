import type { VNode } from 'preact';
import type { ShownFinding } from '../../src/protocol/shownFindings.ts';
import { explainedBy } from '../model/findings.ts';
import type { Scene } from '../model/scene.ts';
import { Disclosure } from '../ui.tsx';
import { slug } from './findingBody.tsx';
import { FindingRow } from './findingRow.tsx';
import { isOpened, toggled } from './opened.ts';

interface Props {
  readonly scene: Scene;
  readonly finding: ShownFinding;
  readonly among: readonly ShownFinding[];
}

/** What a finding explains, folded: whoever mends the cause need not read it. */
export function Consequences({ scene, finding, among }: Props): VNode | null {
  const explained = explainedBy(finding.id, among);
  if (explained.length === 0) {
    return null;
  }
  const key = `explained ${finding.id}`;
  const list = `${slug(finding.id)}-explained`;
  return (
    <div class="consequences">
      <Disclosure controls={list} open={isOpened(scene, key)} onToggle={() => toggled(scene, key)}>
        Explains {explained.length} more
      </Disclosure>
      <div id={list}>
        {isOpened(scene, key) ? (
          <ul>
            {explained.map((each) => (
              <FindingRow key={each.id} scene={scene} finding={each} />
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
}
