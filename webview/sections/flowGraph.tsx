import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, formatNumber } from '../../src/core/report/format.ts';
import { colourOf, dashOf } from '../look.ts';
import { normScale, placeOn, type PathCell } from '../model/cells.ts';
import { flowOf } from '../model/flow.ts';
import { layOut, type FlowDrawing } from '../model/flowLayout.ts';
import { featureKey, termName, type Scene } from '../model/scene.ts';
import { atStep, Card } from './card.tsx';
import { Features } from './features.tsx';
import { FlowNodeDrawing } from './flowNodes.tsx';
import { PathTable } from './pathTable.tsx';

interface Props {
  readonly scene: Scene;
  readonly cells: readonly (readonly PathCell[])[];
}

/** How every task's gradient runs back into the variable groups, and where it is cut. */
export function FlowGraph({ scene, cells }: Props): VNode {
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (host.current !== null) {
      observer.observe(host.current);
    }
    return () => observer.disconnect();
  }, []);
  const flow = flowOf(scene, cells);
  const note = `width: gradient norm ${atStep(scene)}, on a log scale; dotted red: cut, dotted grey: nothing flows`;
  return (
    <Card
      scene={scene}
      id="flow"
      title="Gradient flow"
      note={note}
      wide
      table={() => <PathTable scene={scene} cells={cells} caption={`Gradient paths ${atStep(scene)}`} supposed />}
    >
      <Supposition scene={scene} />
      <div class="flow" ref={host}>
        {width === 0 ? null : <Drawing scene={scene} drawing={layOut(flow, width)} width={width} />}
      </div>
      <Features scene={scene} />
    </Card>
  );
}

/** Says what the graph shows instead of what was measured. */
function Supposition({ scene }: Pick<Props, 'scene'>): VNode | null {
  const { run, ui } = scene;
  const cut = (run.graph?.features ?? []).filter(
    (feature) => feature.carries && ui.whatIf.includes(featureKey(feature)),
  );
  return cut.length === 0 ? null : (
    <p class="supposition" role="status">
      ✂ As if{' '}
      {cut
        .map(({ of, usedBy }) => `${termName(scene, of)}'s prediction were cut for ${termName(scene, usedBy)}`)
        .join(', and ')}
      : the gradients that would be left, worked out on step {formatCount(run.graph?.step ?? 0)}. Nothing was trained
      so.
    </p>
  );
}

function Drawing({
  scene,
  drawing,
  width,
}: {
  readonly scene: Scene;
  readonly drawing: FlowDrawing;
  readonly width: number;
}): VNode {
  const scale = Math.min(1, width / drawing.width);
  const norms = normScale(drawing.edges.map(({ edge }) => edge.norm ?? 0));
  return (
    <svg
      role="group"
      aria-label="Graph of variable groups, tasks and cuts. The table has the same paths."
      width={Math.round(drawing.width * scale)}
      height={Math.round(drawing.height * scale)}
      viewBox={`${drawing.left} ${drawing.top} ${drawing.width} ${drawing.height}`}
    >
      {drawing.edges.map(({ edge, path }) => {
        const flows = edge.norm !== null && edge.norm > 0;
        const stroke = flows ? 1.5 + 7 * placeOn(norms, edge.norm) : 1.5;
        const bad = edge.state === 'cut' && !edge.declared;
        return (
          <path
            key={JSON.stringify([edge.from, edge.to, edge.task.id])}
            class={flows ? 'edge' : bad ? 'edge blocked' : 'edge still'}
            d={path}
            style={flows ? { stroke: colourOf(edge.task.style), strokeWidth: `${stroke.toFixed(2)}px` } : {}}
            stroke-dasharray={flows ? scaledDash(edge.task.style, stroke) : '1.5 4'}
          >
            <title>{`${edge.task.name}: ${edge.norm === null ? edge.state : `norm ${formatNumber(edge.norm)}`}${edge.supposed ? ', if the prediction were cut' : ''}`}</title>
          </path>
        );
      })}
      {drawing.nodes.map((node) => (
        <FlowNodeDrawing key={node.item.id} scene={scene} node={node} />
      ))}
    </svg>
  );
}

/** A thick line needs longer dashes to look like the thin one. */
function scaledDash(style: number | null, width: number): string {
  return dashOf(style)
    .map((length) => (length * Math.min(2, Math.max(1, width / 3))).toFixed(1))
    .join(' ');
}
