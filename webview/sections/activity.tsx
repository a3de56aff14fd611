import type { VNode } from 'preact';
import { activityAt, activityName, favourite, trouble } from '../../src/core/report/activity.ts';
import { counted, formatCount, formatNumber, formatPercent } from '../../src/core/report/format.ts';
import type { ActivationMeasure, GateMeasure } from '../../src/core/run/record.ts';
import type { Scene } from '../model/scene.ts';
import { Bar } from './bar.tsx';
import { atStep, Card } from './card.tsx';

/** Units that let no gradient through, and gates that listen to one expert. */
export function Activity({ scene }: { readonly scene: Scene }): VNode | null {
  const activities = activityAt(scene.steps, scene.at);
  const activations = activities.flatMap((each) => each.activations);
  const gates = activities.flatMap((each) => each.gates);
  if (activations.length === 0 && gates.length === 0) {
    return null;
  }
  const troubled = activations.filter((each) => trouble(each) > 0);
  const lively = activations.length - troubled.length;
  return (
    <Card
      scene={scene}
      id="activity"
      title={gates.length === 0 ? 'Activations' : 'Gates and activations'}
      note={`units that let no gradient through, ${atStep({ step: Math.max(...activities.map((each) => each.step)) })}`}
    >
      {gates.length === 0 ? null : <Gates gates={gates} />}
      {troubled.length === 0 ? null : <Troubled activations={troubled} />}
      {lively === 0 ? null : (
        <p class="note">
          {troubled.length === 0 ? '' : 'Other '}
          {counted(lively, 'activation')}: every unit alive, nothing saturated.
        </p>
      )}
    </Card>
  );
}

function Troubled({ activations }: { readonly activations: readonly ActivationMeasure[] }): VNode {
  return (
    <table class="figures">
      <caption class="hidden">Activations that let no gradient through</caption>
      <thead>
        <tr>
          <th scope="col">Activation</th>
          <th scope="col">Units</th>
          <th scope="col" title="0 on every row of the batch">
            At 0
          </th>
          <th scope="col" title="0 for 500 samples or more">
            Dead
          </th>
          <th scope="col" title="values whose input is beyond 5 in size">
            Saturated
          </th>
        </tr>
      </thead>
      <tbody>
        {activations.map((each) => (
          <tr key={JSON.stringify([each.layer, each.op, each.index])} data-layer={each.layer ?? ''}>
            <th scope="row">
              {activityName(each)} <span class="note">{each.op}</span>
            </th>
            <td>{formatCount(each.units)}</td>
            <td>{each.zero === null ? '–' : formatCount(each.zero)}</td>
            <td>
              {each.dead === null ? '–' : formatCount(each.dead)}
              {each.dead === null || each.dead === 0 ? null : (
                <span class="share">
                  <Bar part={each.dead / each.units} />
                </span>
              )}
            </td>
            <td>{formatPercent(each.saturated)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Gates({ gates }: { readonly gates: readonly GateMeasure[] }): VNode {
  return (
    <table class="figures">
      <caption class="hidden">Gates that weigh experts</caption>
      <thead>
        <tr>
          <th scope="col">Gate</th>
          <th scope="col">Experts</th>
          <th scope="col" title="1: all experts weigh the same; 0: one has all">
            Entropy
          </th>
          <th scope="col" title="rows with an entropy below 0.05">
            Collapsed
          </th>
          <th scope="col">Most weight</th>
        </tr>
      </thead>
      <tbody>
        {gates.map((gate) => {
          const { expert, part } = favourite(gate);
          return (
            <tr key={JSON.stringify([gate.layer, gate.index])} data-layer={gate.layer ?? ''}>
              <th scope="row">{activityName(gate)}</th>
              <td>{formatCount(gate.experts)}</td>
              <td>{formatNumber(gate.entropy)}</td>
              <td>{formatPercent(gate.collapsed)}</td>
              <td>
                expert {formatCount(expert)}: {formatPercent(part)}
                <span class="share">
                  <Bar part={part} />
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
