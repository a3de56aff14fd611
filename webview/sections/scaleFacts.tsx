import type { VNode } from 'preact';
import { formatCount, formatNumber, formatPercent } from '../../src/core/report/format.ts';
import { toNumber } from '../../src/core/run/numbers.ts';
import type { PathCell } from '../model/cells.ts';
import { scaleFacts, type ScaleFact } from '../model/scaleFacts.ts';
import { groupLabel, type Scene } from '../model/scene.ts';
import { Swatch } from './swatch.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
}

/** Who owns the shared layers, and how far the losses lie apart: measured, and calm, because it may well be meant. */
export function ScaleFacts({ scene, cells }: Props): VNode {
  return (
    <>
      {scaleFacts(scene, cells).map((fact) => (
        <div key={fact.group} class="fact" data-group={fact.group}>
          <h2>
            <Swatch style={fact.owner.style} /> {fact.owner.name} has {formatPercent(fact.share)} of{' '}
            {groupLabel(scene, fact.group)}&rsquo;s update{fact.gap === null ? '' : `; ${gapWords(fact, fact.gap)}`}
          </h2>
          <p>
            {fact.gap === null ? '' : gapFigures(fact, fact.gap)} {fact.others.map(partWords).join(', ')}.
          </p>
        </div>
      ))}
    </>
  );
}

/** A share below 0 that is worth a word: the task's gradient points against the update that is made. */
const AGAINST = -0.01;

function partWords({ term, share }: ScaleFact['others'][number]): string {
  return toNumber(share) < AGAINST
    ? `${term.name} pulls against it (${formatPercent(share)})`
    : `${term.name} has ${formatPercent(share)} of the update`;
}

function gapWords(
  { owner }: ScaleFact,
  { losses: [high, low], smallest, weighted }: NonNullable<ScaleFact['gap']>,
): string {
  const loss = weighted ? 'weighted loss' : 'loss';
  return `${owner.kind === 'task' ? 'its' : 'their'} ${loss} is ${formatNumber(high / low)} times that of ${smallest.name}`;
}

function gapFigures(
  { owner }: ScaleFact,
  { losses: [high, low], smallest, step, first }: NonNullable<ScaleFact['gap']>,
): string {
  const now = `Loss at step ${formatCount(step)}: ${owner.name} ${formatNumber(high)}, ${smallest.name} ${formatNumber(low)}.`;
  return first === null ? now : `${now} At step ${formatCount(first.step)} the ratio was ${formatNumber(first.ratio)}.`;
}
