import type { VNode } from 'preact';
import { formatCount, formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { FeatureUse } from '../../src/core/run/record.ts';
import { featureKey } from '../model/flow.ts';
import { groupLabel, termName, type Scene } from '../model/scene.ts';
import { Check } from '../ui.tsx';

/** For every prediction that another task uses: what of that task's gradient flows through it. */
export function Features({ scene }: { readonly scene: Scene }): VNode | null {
  const { graph } = scene.run;
  if (graph === null || graph.features.length === 0) {
    return null;
  }
  return (
    <div class="features">
      <h3>Predictions used as features</h3>
      {graph.features.map((feature) => (
        <Feature key={featureKey(feature)} scene={scene} feature={feature} step={graph.step} />
      ))}
    </div>
  );
}

interface Props {
  readonly scene: Scene;
  readonly feature: FeatureUse;
  readonly step: number;
}

function Feature({ scene, feature, step }: Props): VNode {
  const [of, by] = [termName(scene, feature.of), termName(scene, feature.usedBy)];
  const key = featureKey(feature);
  const { whatIf } = scene.ui;
  const on = whatIf.includes(key);
  const change = (checked: boolean): void =>
    scene.change({ whatIf: checked ? [...whatIf, key] : whatIf.filter((each) => each !== key) });
  const flowing = feature.carries;
  return (
    <div class="feature" data-feature={key}>
      <p>
        <b class={feature.declared ? 'good' : 'warn'}>{feature.declared ? '✓' : '!'}</b> {verdict(feature, of, by)}
      </p>
      {flowing ? (
        <Check checked={on} onChange={change} label={`What if it were cut? ${by} without ${of}'s prediction`}>
          What if it were cut?
        </Check>
      ) : null}
      {flowing ? (
        <table class="figures">
          <caption class="note">
            L2 norm of {by}&rsquo;s weighted gradient, measured at step {formatCount(step)}
          </caption>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">All paths</th>
              <th scope="col">{on ? 'If cut' : 'Through the prediction'}</th>
              <th scope="col" class="bar-column">
                {on ? 'What is left' : 'What flows'}
              </th>
            </tr>
          </thead>
          <tbody>
            {feature.groups.map(({ group, norm, without }) => {
              const part = toNumber(without) / toNumber(norm);
              return (
                <tr key={group} data-group={group}>
                  <th scope="row">{groupLabel(scene, group)}</th>
                  <td>{formatNumber(norm)}</td>
                  <td>{on ? formatNumber(without) : throughWords(part)}</td>
                  <td class="bar-column">
                    <Bar part={on ? part : 1} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}

function Bar({ part }: { readonly part: number }): VNode {
  const width = Number.isFinite(part) ? Math.max(0, Math.min(1, part)) : 0;
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width: `${(width * 100).toFixed(1)}%` }} />
    </span>
  );
}

/** How the norm would change: norms do not add up, so a part may well be more without. */
function throughWords(part: number): string {
  if (!Number.isFinite(part) || part === 1) {
    return part === 1 ? 'nothing' : '–';
  }
  if (part === 0) {
    return 'all of it';
  }
  return `${formatPercent(Math.abs(1 - part))} ${part < 1 ? 'less' : 'more'} without`;
}

function verdict({ carries, declared }: FeatureUse, of: string, by: string): string {
  if (carries) {
    return `${by} uses ${of}'s prediction, and its gradient flows back through it, which was not declared.`;
  }
  return declared
    ? `${by} uses ${of}'s prediction; stopGradient keeps its gradient out, as declared.`
    : `${by} uses ${of}'s prediction; its gradient is cut off there, which was not declared.`;
}
