import type { VNode } from 'preact';
import { formatCount } from '../../src/core/report/format.ts';
import type { ShownAdvice, ShownFinding } from '../../src/protocol/shownFindings.ts';
import type { Scene } from '../model/scene.ts';
import { Button, Disclosure, LinkButton } from '../ui.tsx';
import { Because } from './because.tsx';
import { EvidenceLines } from './evidenceLines.tsx';
import { Gauges } from './gauges.tsx';
import { isOpened, toggled } from './opened.ts';

interface Props {
  readonly scene: Scene;
  readonly finding: ShownFinding;
  /** The one that stands at the top of the page: what to do about it is the page's main button. */
  readonly lead?: boolean;
}

const named = (names: readonly string[]): string => names.join(', ');

/** All that is said of a finding beside its headline. */
export function FindingBody({ scene, finding, lead = false }: Props): VNode {
  const { id, message, evidence, advice, place } = finding;
  const why = `why ${id}`;
  return (
    <div class="finding-body">
      {message.length < 2 ? null : <p>{message.slice(1).join(' ')}</p>}
      <p class="faint facts-of">{factsOf(scene, finding)}</p>
      <Gauges scene={scene} evidence={evidence} />
      <EvidenceLines scene={scene} finding={id} evidence={evidence} />
      {advice.length === 0 ? null : <AdviceList advice={advice} />}
      <p class="buttons">
        {place === null ? null : (
          <Button
            primary={lead}
            label={`Go to line ${place.line} of ${place.file}`}
            onPress={() => scene.send({ type: 'reveal', position: place })}
          >
            Go to line {place.line}
          </Button>
        )}
        <Disclosure controls={`${slug(id)}-why`} open={isOpened(scene, why)} onToggle={() => toggled(scene, why)}>
          Why?
        </Disclosure>
        <span class="apart">
          {place === null ? null : (
            <LinkButton
              label={`Ignore in this file: what ${finding.rule} finds there`}
              onPress={() => scene.send({ type: 'ignore', finding: id })}
            >
              Ignore in this file
            </LinkButton>
          )}
        </span>
      </p>
      <div id={`${slug(id)}-why`}>{isOpened(scene, why) ? <Because scene={scene} finding={finding} /> : null}</div>
    </div>
  );
}

/** `detach · click · shared, click tower · loop.mjs · since step 1`. */
function factsOf(scene: Scene, { rule, tasks, groups, place, since }: ShownFinding): string {
  const termNames = tasks.map((id) => scene.terms.find((term) => term.id === id)?.name ?? id);
  const labels = groups.map((id) => scene.groups.find((group) => group.id === id)?.label ?? id);
  const file = place?.file.split('/').at(-1) ?? '';
  const parts = [rule, named(termNames), named(labels), file, `since step ${formatCount(since)}`];
  return parts.filter((part) => part !== '').join(' · ');
}

function AdviceList({ advice }: { readonly advice: readonly ShownAdvice[] }): VNode {
  return (
    <div class="advice">
      <h4>What to change</h4>
      <ul>
        {advice.map(({ id, text, state }) => (
          <li key={id}>
            {text}{' '}
            <span class="tried" title="Whether it helps on this run is not known: it was not tried.">
              {state}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** An id that an element can have and that another element's attribute can name: no spaces. */
export function slug(id: string): string {
  return `finding-${id.replace(/[^\w-]/g, (character) => `.${character.codePointAt(0) ?? 0}`)}`;
}
