import { Graph, layout } from '@dagrejs/dagre';
import type { Flow, FlowEdge, FlowNode } from './flow.ts';

export interface Placed<T> {
  readonly item: T;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FlowDrawing {
  /** The box around everything, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed<FlowNode>[];
  /** Each with its SVG path from group to task. */
  readonly edges: readonly { readonly edge: FlowEdge; readonly path: string }[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Direction = 'LR' | 'TB';

/** Size of a node in pixels; a cut is a label on the line, lower than the others. */
const NODE = { width: 132, height: 42 };
const CUT = { width: 118, height: 26 };
const MARGIN = 8;

/** Places nodes and edges: from left to right where that fits into `width` pixels, else from top to bottom. */
export function layOut(flow: Flow, width: number): FlowDrawing {
  const across = place(flow, 'LR');
  return across.width <= width ? across : place(flow, 'TB');
}

function place(flow: Flow, rankdir: Direction): FlowDrawing {
  const graph = new Graph({ multigraph: true });
  const [nodesep, ranksep] = rankdir === 'LR' ? [18, 44] : [14, 34];
  graph.setGraph({ rankdir, nodesep, ranksep, edgesep: 12, marginx: MARGIN, marginy: MARGIN });
  flow.nodes.forEach((node) => graph.setNode(node.id, node.kind === 'cut' ? { ...CUT } : { ...NODE }));
  flow.edges.forEach(({ from, to, task }) => graph.setEdge(from, to, { weight: 1 }, task.id));
  if (flow.nodes.length > 0) {
    layout(graph);
  }
  const nodes = flow.nodes.map((item): Placed<FlowNode> => {
    const label: unknown = graph.node(item.id);
    return {
      item,
      x: numberIn(label, 'x'),
      y: numberIn(label, 'y'),
      width: numberIn(label, 'width'),
      height: numberIn(label, 'height'),
    };
  });
  const at = new Map(nodes.map((node) => [node.item.id, node]));
  const routes = flow.edges.map((edge) => {
    const label: unknown = graph.edge(edge.from, edge.to, edge.task.id);
    const ends = [port(at.get(edge.from), rankdir, 1), port(at.get(edge.to), rankdir, -1)] as const;
    return { edge, points: [ends[0], ...pointsIn(label).slice(1, -1), ends[1]] };
  });
  const corners = nodes.flatMap(({ x, y, width, height }) => [
    { x: x - width / 2, y: y - height / 2 },
    { x: x + width / 2, y: y + height / 2 },
  ]);
  const all = [...corners, ...routes.flatMap(({ points }) => points)];
  const bound = (values: readonly number[], pick: (...values: number[]) => number): number =>
    values.length === 0 ? 0 : pick(...values);
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  const [left, top] = [bound(xs, Math.min) - MARGIN, bound(ys, Math.min) - MARGIN];
  return {
    left,
    top,
    width: bound(xs, Math.max) + MARGIN - left,
    height: bound(ys, Math.max) + MARGIN - top,
    nodes,
    edges: routes.map(({ edge, points }) => ({ edge, path: curve(points, rankdir) })),
  };
}

/** The middle of the side where gradients of later layers leave (1) or enter (-1) a node. */
function port(node: Placed<FlowNode> | undefined, rankdir: Direction, side: 1 | -1): Point {
  const { x, y, width, height } = node ?? { x: 0, y: 0, width: 0, height: 0 };
  return rankdir === 'LR' ? { x: x + (side * width) / 2, y } : { x, y: y + (side * height) / 2 };
}

/** The layout's own types are loose: what it left in a label is looked at before it is used. */
function numberIn(label: unknown, key: string): number {
  if (typeof label !== 'object' || label === null) {
    return 0;
  }
  const value: unknown = Object.getOwnPropertyDescriptor(label, key)?.value;
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function pointsIn(label: unknown): Point[] {
  const points: unknown = typeof label === 'object' && label !== null && 'points' in label ? label.points : null;
  return Array.isArray(points)
    ? points.map((point: unknown) => ({ x: numberIn(point, 'x'), y: numberIn(point, 'y') }))
    : [];
}

/** A smooth SVG path through the points, at each of which it runs in the graph's direction. */
function curve([first, ...rest]: readonly Point[], rankdir: Direction): string {
  const at = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  let path = first === undefined ? '' : `M ${at(first.x, first.y)}`;
  let before = first ?? { x: 0, y: 0 };
  for (const point of rest) {
    const [x, y] = [(before.x + point.x) / 2, (before.y + point.y) / 2];
    const bends = rankdir === 'LR' ? [at(x, before.y), at(x, point.y)] : [at(before.x, y), at(point.x, y)];
    path += ` C ${bends.join(', ')}, ${at(point.x, point.y)}`;
    before = point;
  }
  return path;
}
