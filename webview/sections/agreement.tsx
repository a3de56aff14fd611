import type { VNode } from 'preact';
import { cosineVerdict, summariseCosines, type CosineSummary } from '../../src/core/report/cosines.ts';
import { formatCount } from '../../src/core/report/format.ts';
import { formatCosine } from '../../src/core/report/sections/cosines.ts';
import type { Run } from '../../src/core/run/run.ts';
import { groupLabel, termName, type Scene } from '../model/scene.ts';
import { Card } from './card.tsx';

/** Whether the tasks' gradients agree in what they share: as the steps have it, and without the noise of the batches. */
export function Agreement({ scene }: { readonly scene: Scene }): VNode | null {
  const cosines = cosinesOf(scene.run);
  if (cosines.length === 0) {
    return null;
  }
  return (
    <Card
      scene={scene}
      id="agreement"
      title="Agreement of gradients"
      note={`cosine between two tasks’ gradients in a shared group${stepsOf(cosines)}`}
      wide
    >
      <div class="table" role="region" aria-label="Agreement of gradients, scrolls" tabIndex={0}>
        <table class="figures stacked">
          <caption class="hidden">Cosines between the tasks&rsquo; gradients</caption>
          <thead>
            <tr>
              <th scope="col">Tasks</th>
              <th scope="col" class="words">
                Group
              </th>
              <th scope="col">Raw</th>
              <th scope="col">Below 0</th>
              <th scope="col">Corrected</th>
              <th scope="col">95 % interval</th>
              <th scope="col">Halves</th>
              <th scope="col" class="words">
                Verdict
              </th>
            </tr>
          </thead>
          <tbody>
            {cosines.map((each) => (
              <Pair key={JSON.stringify([each.objective, each.group, each.tasks])} scene={scene} pair={each} />
            ))}
          </tbody>
        </table>
      </div>
      {cosines.some(({ corrected }) => corrected?.independent === false) ? (
        <p class="note">
          Some halves of batches have to do with one another (BatchNorm, or another operation over the batch): there the
          correction takes out a part of the noise only.
        </p>
      ) : null}
    </Card>
  );
}

function Pair({ scene, pair }: { readonly scene: Scene; readonly pair: CosineSummary }): VNode {
  const { raw, corrected } = pair;
  const measured = corrected?.verdict === 'measured' ? corrected : null;
  return (
    <tr data-group={pair.group} data-tasks={pair.tasks.join(' ')}>
      <th scope="row">{pair.tasks.map((task) => termName(scene, task)).join(', ')}</th>
      <td data-name="Group" class="words">
        {groupLabel(scene, pair.group)}
      </td>
      <td data-name="Raw">{raw === null ? '–' : formatCosine(raw.cosine)}</td>
      <td data-name="Below 0">{raw === null ? '–' : `${formatCount(raw.below)} of ${formatCount(raw.steps)}`}</td>
      <td data-name="Corrected">{measured === null ? '–' : formatCosine(measured.cosine)}</td>
      <td data-name="95 % interval">
        {measured === null ? '–' : `${formatCosine(measured.low)} to ${formatCosine(measured.high)}`}
      </td>
      <td data-name="Halves">
        {corrected === null ? '–' : `${formatCount(corrected.steps)}${corrected.independent ? '' : ', mixed'}`}
      </td>
      <td data-name="Verdict" class="words verdict">
        {cosineVerdict(pair)}
      </td>
    </tr>
  );
}

function stepsOf(cosines: readonly CosineSummary[]): string {
  const corrected = cosines.flatMap((each) => each.corrected ?? []);
  return corrected.length === 0
    ? ''
    : `, corrected for noise by halves of batches from step ${formatCount(Math.min(...corrected.map(({ from }) => from)))} to ` +
        formatCount(Math.max(...corrected.map(({ step }) => step)));
}

const known = new WeakMap<
  Run,
  { readonly measured: number; readonly graphs: number; readonly cosines: CosineSummary[] }
>();

/** A live run brings one line after the other, and one in 20 more changes no verdict: it is not worth the work. */
function cosinesOf(run: Run): CosineSummary[] {
  const before = known.get(run);
  const measured = run.halves.length + run.steps.length;
  const isNews = run.end === null ? measured >= (before?.measured ?? 0) * 1.05 : measured !== before?.measured;
  if (before !== undefined && before.graphs === run.graphs && !isNews) {
    return before.cosines;
  }
  const cosines = summariseCosines(run);
  known.set(run, { measured, graphs: run.graphs, cosines });
  return cosines;
}
