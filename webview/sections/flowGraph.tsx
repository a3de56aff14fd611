import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatPosition, formatNumber } from '../../src/core/report/format.ts';
import { colourOf, dashOf } from '../look.ts';
import { decadeShare, type PathCell } from '../model/cells.ts';
import { flowOf, type FlowNode } from '../model/flow.ts';
import { layOut, type FlowDrawing, type Placed } from '../model/flowLayout.ts';
import type { Scene } from '../model/scene.ts';
import { atStep, Card } from './card.tsx';
import { Features } from './features.tsx';
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
  const supposed = flow.edges.some((edge) => edge.supposed) || scene.ui.whatIf.length > 0;
  const note = `width: gradient norm ${atStep(scene)}, each decade thinner; dotted: nothing flows${supposed ? '; as if the prediction were cut' : ''}`;
  return (
    <Card
      scene={scene}
      id="flow"
      title="Gradient flow"
      note={note}
      wide
      table={() => <PathTable scene={scene} cells={cells} caption={`Gradient paths ${atStep(scene)}`} />}
    >
      <div class="flow" ref={host}>
        {width === 0 ? null : <Drawing scene={scene} drawing={layOut(flow, width)} width={width} />}
      </div>
      <Features scene={scene} />
    </Card>
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
  const largest = Math.max(0, ...drawing.edges.map(({ edge }) => edge.norm ?? 0).filter(Number.isFinite));
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
        const stroke = flows ? 1.5 + 7 * decadeShare(edge.norm, largest) : 1.5;
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
        <Node key={node.item.id} scene={scene} node={node} />
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

function Node({ scene, node }: { readonly scene: Scene; readonly node: Placed<FlowNode> }): VNode {
  const { item, x, y, width, height } = node;
  const place = `translate(${(x - width / 2).toFixed(1)} ${(y - height / 2).toFixed(1)})`;
  if (item.kind === 'cut') {
    return <CutNode scene={scene} node={node} item={item} place={place} />;
  }
  const style = item.kind === 'task' ? item.term.style : item.style;
  const colour = item.kind === 'task' || item.style !== null ? colourOf(style) : 'var(--foreground)';
  return (
    <g transform={place} class={item.kind}>
      <title>{item.label}</title>
      <rect width={width} height={height} rx={item.kind === 'task' ? height / 2 : 4} style={{ stroke: colour }} />
      <text x={width / 2} y={item.kind === 'task' ? 26 : 18} class="name">
        {shorten(item.label, 19)}
      </text>
      {item.kind === 'group' ? (
        <text x={width / 2} y="33" class="note">
          {item.note}
        </text>
      ) : null}
    </g>
  );
}

interface CutProps {
  readonly scene: Scene;
  readonly node: Placed<FlowNode>;
  readonly item: Extract<FlowNode, { kind: 'cut' }>;
  readonly place: string;
}

function CutNode({ scene, node: { width, height }, item: { cut }, place }: CutProps): VNode {
  const { position, declared } = cut;
  const mark = declared ? '⊘' : '✕';
  const line = position === null ? '' : ` :${position.line}`;
  const text = `${mark} ${shorten(cut.op, 15 - line.length)}${line}`;
  const open = (): void => {
    if (position !== null) {
      scene.send({ type: 'reveal', position });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open();
    }
  };
  const link = position === null ? {} : ({ role: 'link', tabindex: 0, onClick: open, onKeyDown } as const);
  return (
    <g
      transform={place}
      class={declared ? 'cut declared' : 'cut'}
      data-cut={cut.id}
      aria-label={`${text}, ${declared ? 'declared cut' : 'cut'} by ${cut.op}, open ${formatPosition(position)}`}
      {...link}
    >
      <title>{formatPosition(position)}</title>
      <rect width={width} height={height} rx="3" />
      <text x={width / 2} y="17" class="name">
        {text}
      </text>
    </g>
  );
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}
