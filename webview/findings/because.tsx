import type { VNode } from 'preact';
import { formatCount, formatNumber, UNKNOWN } from '../../src/core/report/format.ts';
import type { ShownEvidence, ShownFinding } from '../../src/protocol/shownFindings.ts';
import { figure } from '../model/evidence.ts';
import type { Scene } from '../model/scene.ts';
import { LinkButton, Place } from '../ui.tsx';

interface Props {
  readonly scene: Scene;
  readonly finding: ShownFinding;
}

/** The answer to *Why?*: why it matters, every number that it rests on, what belongs to it, and where it is written up. */
export function Because({ scene, finding }: Props): VNode {
  const { why, evidence, related, source, rule } = finding;
  return (
    <div class="because">
      <p>{why.join(' ')}</p>
      {evidence.length === 0 ? null : <EvidenceTable evidence={evidence} />}
      {related.length === 0 ? null : (
        <ul>
          {related.map(({ position, text }, i) => (
            <li key={i}>
              {text} <Place scene={scene} position={position} />
            </li>
          ))}
        </ul>
      )}
      <p class="faint">Source: {source}</p>
      <p>
        <LinkButton onPress={() => scene.send({ type: 'explain', rule })}>More about {rule}</LinkButton>
      </p>
    </div>
  );
}

function EvidenceTable({ evidence }: { readonly evidence: readonly ShownEvidence[] }): VNode {
  const has = {
    interval: evidence.some(({ interval }) => interval !== null),
    threshold: evidence.some(({ threshold }) => threshold !== null),
    steps: evidence.some(({ steps }) => steps !== null),
  };
  return (
    <table class="evidence">
      <thead>
        <tr>
          <th scope="col">Evidence</th>
          <th scope="col">Value</th>
          {has.interval ? <th scope="col">95 % interval</th> : null}
          {has.threshold ? <th scope="col">Limit</th> : null}
          {has.steps ? <th scope="col">Steps</th> : null}
        </tr>
      </thead>
      <tbody>
        {evidence.map(({ name, value, unit, interval, threshold, steps }, i) => (
          <tr key={`${i} ${name}`}>
            <th scope="row">{name}</th>
            <td>{figure(value, unit)}</td>
            {has.interval ? (
              <td>{interval === null ? UNKNOWN : `${formatNumber(interval[0])} to ${figure(interval[1], unit)}`}</td>
            ) : null}
            {has.threshold ? <td>{threshold === null ? UNKNOWN : figure(threshold, unit)}</td> : null}
            {has.steps ? <td>{steps === null ? UNKNOWN : stepWords(steps)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `1 – 40 (5)`: the first, the last, and how many of them were looked at. */
function stepWords({ from, to, count }: NonNullable<ShownEvidence['steps']>): string {
  return from === to ? formatCount(to) : `${formatCount(from)} – ${formatCount(to)} (${formatCount(count)})`;
}
