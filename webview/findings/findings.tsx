import type { VNode } from 'preact';
import { counted, formatCount } from '../../src/core/report/format.ts';
import type { ShownFinding } from '../../src/protocol/shownFindings.ts';
import { arranged, type Arranged } from '../model/findings.ts';
import type { Scene } from '../model/scene.ts';
import { Disclosure } from '../ui.tsx';
import { Consequences } from './consequences.tsx';
import { FindingRow } from './findingRow.tsx';
import { LeadFinding } from './leadFinding.tsx';
import { isOpened, toggled } from './opened.ts';
import { SilentRules } from './silentRules.tsx';

/** Rows that stand there at once; the others are one press away. */
const AT_ONCE = 5;

const [REST, SILENT] = ['rest', 'silent'];

/** What is wrong with the run, the most important thing first. Nothing before the host has judged. */
export function Findings({ scene }: { readonly scene: Scene }): VNode | null {
  if (scene.findings === null) {
    return null;
  }
  const { findings, silent, ignored } = scene.findings;
  const all = arranged(findings);
  const { lead, others, notes } = all;
  const rows = [...others, ...notes];
  // A fold that saves one row saves nothing.
  const first = rows.length <= AT_ONCE + 1 ? rows : rows.slice(0, AT_ONCE);
  const rest = rows.slice(first.length);
  const row = (finding: ShownFinding): VNode => (
    <FindingRow key={finding.id} scene={scene} finding={finding}>
      <Consequences scene={scene} finding={finding} among={findings} />
    </FindingRow>
  );
  return (
    <section class="findings" aria-labelledby="findings-title" id="findings">
      <h2 class="hidden" id="findings-title">
        Findings
      </h2>
      <p class="hidden" role="status">
        {announced(all)}
      </p>
      {lead === null ? (
        <p class="nothing-found">
          <span class="good" aria-hidden="true">
            ✓
          </span>{' '}
          {nothingWords(scene, notes.length)}
        </p>
      ) : (
        <LeadFinding scene={scene} finding={lead} among={findings} />
      )}
      {rows.length === 0 ? null : (
        <ul class="rows" aria-label={lead === null ? 'Worth knowing' : 'Further findings'}>
          {first.map(row)}
          {isOpened(scene, REST) ? rest.map(row) : null}
        </ul>
      )}
      <p class="more">
        {rest.length === 0 ? null : (
          <Disclosure open={isOpened(scene, REST)} onToggle={() => toggled(scene, REST)}>
            {counted(rest.length, 'more finding')}
          </Disclosure>
        )}
        {silent.length === 0 ? null : (
          <Disclosure controls="silent-rules" open={isOpened(scene, SILENT)} onToggle={() => toggled(scene, SILENT)}>
            {lead === null ? 'Why not?' : `Why not more? ${counted(silent.length, 'rule')} found nothing`}
          </Disclosure>
        )}
        {ignored === 0 ? null : (
          <span class="faint">{counted(ignored, 'finding')} ignored by a comment in the file.</span>
        )}
      </p>
      <div id="silent-rules">{isOpened(scene, SILENT) ? <SilentRules scene={scene} silent={silent} /> : null}</div>
    </section>
  );
}

/** For those who do not see it come: spoken when it changes. */
function announced({ lead, others }: Arranged): string {
  if (lead === null) {
    return 'Nothing found';
  }
  const more = others.length === 0 ? '' : ` ${counted(others.length, 'more finding')}.`;
  return `${lead.message[0] ?? lead.rule}${more}`;
}

function nothingWords({ run, live }: Scene, notes: number): string {
  const what = notes === 0 ? 'Nothing found' : 'Nothing found that harms the training';
  return live && run.end === null ? `${what} up to step ${formatCount(run.stepsDone)}` : what;
}
