import type { VNode } from 'preact';
import { formatCount, formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { FeatureUse } from '../../src/core/run/record.ts';
import { featureKey, groupLabel, termName, type Scene } from '../model/scene.ts';
import { Check } from '../ui.tsx';
import { Bar } from './bar.tsx';

/** For every prediction that another task uses: what of that task's gradient flows through it. */
export function Features({ scene }: { readonly scene: Scene }): VNode | null {
  const { graph } = scene.run;
  if (graph === null || graph.features.length === 0) {
    return null;
  }
  return (
    <div class="features">
      <h3 id="features" tabIndex={-1}>
        Predictions used as features
      </h3>
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
        <>
          <p class="note">
            Where that is not meant, stopGradient from mtl-debugger at the prediction keeps {by} out of {of}.
          </p>
          <Check checked={on} onChange={change} label={`What if it were cut? ${by} without ${of}'s prediction`}>
            What if it were cut?
          </Check>
          <FeatureTable scene={scene} feature={feature} step={step} by={by} on={on} />
        </>
      ) : null}
    </div>
  );
}

interface TableProps extends Props {
  readonly by: string;
  /** Looked at as if the prediction were cut. */
  readonly on: boolean;
}

function FeatureTable({ scene, feature, step, by, on }: TableProps): VNode {
  return (
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
                <Bar part={on ? part : Math.abs(1 - part)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** How the norm would change: norms do not add up, so it may well be larger without. */
function throughWords(part: number): string {
  if (!Number.isFinite(part) || part === 1) {
    return part === 1 ? 'nothing' : '–';
  }
  return part === 0 ? 'all of it' : `${formatPercent(Math.abs(1 - part))} ${part < 1 ? 'less' : 'more'} without`;
}

function verdict({ carries, declared }: FeatureUse, of: string, by: string): string {
  if (carries) {
    return `${by} uses ${of}'s prediction, and its gradient flows back through it, which was not declared.`;
  }
  return declared
    ? `${by} uses ${of}'s prediction; stopGradient keeps its gradient out, as declared.`
    : `${by} uses ${of}'s prediction; its gradient is cut off there, which was not declared.`;
}
