import type { VNode } from 'preact';
import type { ShownFinding } from '../../src/protocol/shownFindings.ts';
import type { Scene } from '../model/scene.ts';
import { Consequences } from './consequences.tsx';
import { FindingBody } from './findingBody.tsx';
import { SeverityMark } from './severity.tsx';

interface Props {
  readonly scene: Scene;
  readonly finding: ShownFinding;
  readonly among: readonly ShownFinding[];
}

/** What a reader must know before anything else: the cause, in a sentence, with all that is needed to mend it. */
export function LeadFinding({ scene, finding, among }: Props): VNode {
  return (
    <article class={`lead ${finding.severity}`} data-finding={finding.id}>
      <SeverityMark severity={finding.severity} />
      <h3>{finding.message[0] ?? finding.rule}</h3>
      <FindingBody scene={scene} finding={finding} lead />
      <Consequences scene={scene} finding={finding} among={among} />
    </article>
  );
}
