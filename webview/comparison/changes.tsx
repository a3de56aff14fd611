import type { VNode } from 'preact';
import type { Cut } from '../../src/core/run/record.ts';
import { Card } from '../sections/card.tsx';
import { Place } from '../ui.tsx';
import { RunName } from './runName.tsx';
import type { ComparisonScene, RunBeside } from './scene.ts';

/** All in which the runs' set-up differs, and what of the rest may be chance. */
export function Changes({ scene }: { readonly scene: ComparisonScene }): VNode {
  const { differences, cuts, chance } = scene.comparison;
  const nothing = differences.length === 0 && cuts.length === 0;
  return (
    <Card scene={scene} id="changes" title="What was changed" note="all that is recorded and differs" wide>
      {nothing ? (
        <p class="calm">Nothing that is recorded of their set-up differs.</p>
      ) : (
        <table class="figures stacked changes">
          <caption class="hidden">What differs between the runs</caption>
          <thead>
            <tr>
              <th scope="col">Differs</th>
              {scene.runs.map((each) => (
                <th scope="col" key={each.id} class="words">
                  <RunName each={each} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differences.map(({ what, values }) => (
              <tr key={what} data-differs={what}>
                <th scope="row">{what}</th>
                {scene.runs.map((each, i) => (
                  <td key={each.id} class="words" data-name={each.letter}>
                    {values[i]}
                  </td>
                ))}
              </tr>
            ))}
            {cuts.map(({ what, declared, cuts: ofRuns }, row) => (
              <tr key={`cut ${row}`} data-differs="cut">
                <th scope="row">
                  {declared ? 'declared cut' : 'cut'}: {what}
                </th>
                {scene.runs.map((each, i) => (
                  <td key={each.id} class="words" data-name={each.letter}>
                    <CutHere scene={scene} each={each} cut={ofRuns[i] ?? null} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="chance">{chance}</p>
    </Card>
  );
}

interface CutProps {
  readonly scene: ComparisonScene;
  readonly each: RunBeside;
  readonly cut: Cut | null;
}

function CutHere({ scene, each, cut }: CutProps): VNode {
  if (cut === null) {
    return <>{each.run.graph === null ? 'not known yet' : 'none'}</>;
  }
  return (
    <span class={cut.declared ? '' : 'bad'}>
      {cut.declared ? '✓' : '✕'} <Place scene={scene} position={cut.position} run={each.id} />
    </span>
  );
}
