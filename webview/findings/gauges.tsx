import type { VNode } from 'preact';
import type { ShownEvidence } from '../../src/protocol/shownFindings.ts';
import { colourOf } from '../look.ts';
import { figure, gaugeOf, taskIn, type Gauge } from '../model/evidence.ts';
import type { Scene } from '../model/scene.ts';

interface Props {
  readonly scene: Scene;
  readonly evidence: readonly ShownEvidence[];
}

const percent = (part: number): string => `${(Math.max(0, Math.min(1, part)) * 100).toFixed(2)}%`;

/** The numbers that there is something to hold against, each on an axis of its own. The table has all of them. */
export function Gauges({ scene, evidence }: Props): VNode | null {
  const drawn = evidence.flatMap((each) => {
    const gauge = gaugeOf(each);
    return gauge === null ? [] : [{ each, gauge }];
  });
  if (drawn.length === 0) {
    return null;
  }
  return (
    <dl class="gauges">
      {drawn.map(({ each, gauge }, i) => {
        const task = taskIn(each.name, scene.terms);
        return (
          <div key={`${i} ${each.name}`}>
            <dt>{each.name}</dt>
            <dd>
              <GaugeBar gauge={gauge} colour={task === null ? 'var(--ink)' : colourOf(task.style)} />
              <span class="value">
                <b>{figure(each.value, each.unit)}</b>
                {each.threshold === null ? null : <span class="faint"> limit {figure(each.threshold, each.unit)}</span>}
              </span>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function GaugeBar({ gauge, colour }: { readonly gauge: Gauge; readonly colour: string }): VNode {
  const { kind, value, interval, threshold } = gauge;
  return (
    <span class={`gauge ${kind}`} aria-hidden="true">
      {kind === 'bar' ? <i class="fill" style={{ width: percent(value), background: colour }} /> : null}
      {interval === null ? null : (
        <i class="interval" style={{ left: percent(interval[0]), width: percent(interval[1] - interval[0]) }} />
      )}
      {kind === 'dot' ? <i class="dot" style={{ left: percent(value), background: colour }} /> : null}
      {threshold === null ? null : <i class="threshold" style={{ left: percent(threshold) }} />}
    </span>
  );
}
