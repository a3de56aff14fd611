import type { VNode } from 'preact';
import { formatPosition } from '../../src/core/report/format.ts';
import { colourOf } from '../look.ts';
import type { FlowNode } from '../model/flow.ts';
import { CUT_LETTERS, NODE_LETTERS, type Placed } from '../model/flowLayout.ts';
import type { Scene } from '../model/scene.ts';

interface Props {
  readonly scene: Scene;
  readonly node: Placed<FlowNode>;
}

/** A node of the flow graph. Where it leads somewhere, a click leads there, or Enter when it has the focus. */
export function FlowNodeDrawing({ scene, node }: Props): VNode {
  const { item, x, y, width, height } = node;
  const place = { transform: `translate(${(x - width / 2).toFixed(1)} ${(y - height / 2).toFixed(1)})` };
  const middle = width / 2;
  switch (item.kind) {
    case 'cut':
      return <CutNode scene={scene} node={node} cut={item.cut} />;
    case 'supposed':
      return (
        <g {...place} class="cut declared supposed">
          <title>The prediction, if it were cut for the task that uses it</title>
          <rect width={width} height={height} rx="3" />
          <text x={middle} y="17" class="name">
            ✂ if it were cut
          </text>
        </g>
      );
    case 'task': {
      const { position } = item.term;
      const open = position === null ? null : (): void => scene.send({ type: 'reveal', position });
      const shown = shorten(item.label, NODE_LETTERS);
      return (
        <g {...place} class="task" {...leads('link', `${shown}, open ${formatPosition(position)}`, open)}>
          <title>{position === null ? item.label : `${item.label}: ${formatPosition(position)}`}</title>
          <rect width={width} height={height} rx={height / 2} style={{ stroke: colourOf(item.term.style) }} />
          <text x={middle} y="26" class="name">
            {shown}
          </text>
        </g>
      );
    }
    case 'group': {
      const show = (): void => {
        scene.change({ group: item.group });
        document.getElementById('norm-series')?.scrollIntoView({ block: 'nearest' });
      };
      const shown = shorten(item.label, NODE_LETTERS);
      const label = `${shown} ${item.note}: show the gradient norms over the steps in ${item.label}`;
      return (
        <g {...place} class="group" {...leads('button', label, show)}>
          <title>{`${item.label}: show its gradient norms over the steps`}</title>
          <rect
            width={width}
            height={height}
            rx="4"
            style={{ stroke: item.style === null ? 'var(--ink)' : colourOf(item.style) }}
          />
          <text x={middle} y="18" class="name">
            {shown}
          </text>{' '}
          <text x={middle} y="33" class="note">
            {item.note}
          </text>
        </g>
      );
    }
  }
}

interface CutProps extends Props {
  readonly cut: Extract<FlowNode, { kind: 'cut' }>['cut'];
}

function CutNode({ scene, node: { x, y, width, height }, cut }: CutProps): VNode {
  const { position, declared } = cut;
  const text = cutText(cut);
  const open = position === null ? null : (): void => scene.send({ type: 'reveal', position });
  const label = `${text}, ${declared ? 'declared cut' : 'cut'} by ${cut.op}, open ${formatPosition(position)}`;
  return (
    <g
      transform={`translate(${(x - width / 2).toFixed(1)} ${(y - height / 2).toFixed(1)})`}
      class={declared ? 'cut declared' : 'cut'}
      data-cut={cut.id}
      {...leads('link', label, open)}
    >
      <title>{formatPosition(position)}</title>
      <rect width={width} height={height} rx="3" />
      <text x={width / 2} y="17" class="name">
        {text}
      </text>
    </g>
  );
}

/** What a node that leads somewhere needs besides its looks; nothing where it leads nowhere. */
function leads(role: 'link' | 'button', label: string, go: (() => void) | null): Record<string, unknown> {
  if (go === null) {
    return {};
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      go();
    }
  };
  return { role, tabindex: 0, 'aria-label': label, onClick: go, onKeyDown };
}

/** `✕ dataSync :36`, with the line in full whatever the op is called. */
function cutText({ op, position, declared }: CutProps['cut']): string {
  const line = position === null ? '' : ` :${position.line}`;
  return `${declared ? '⊘' : '✕'} ${shorten(op, CUT_LETTERS - line.length)}${line}`;
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}
