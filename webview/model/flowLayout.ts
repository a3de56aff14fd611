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

/** Letters of a name that are shown whole. */
export const NODE_LETTERS = 22;
export const CUT_LETTERS = 20;
/** Heights in pixels; a cut is a label on the line, lower than the others. */
const [NODE, CUT] = [42, 26];
/** Width of a letter of a name in pixels, generously, and of the room beside it. */
const [LETTER, ROOM] = [7.6, 22];
const MARGIN = 8;
/** Distances between neighbours of one rank, and between ranks. */
const DISTANCES = { LR: { nodes: 18, ranks: 56 }, TB: { nodes: 16, ranks: 44 } } as const;
/** Distance of edges that meet at a node, where its side has room for that. */
const GAP = 11;

function sizeOf(node: FlowNode): { width: number; height: number } {
  switch (node.kind) {
    case 'cut':
      return { width: widthOf(`x ${node.cut.op} :${node.cut.position?.line ?? ''}`, CUT_LETTERS + 2), height: CUT };
    case 'supposed':
      return { width: widthOf('x if it were cut', CUT_LETTERS), height: CUT };
    default:
      return { width: Math.max(112, widthOf(node.label, NODE_LETTERS)), height: NODE };
  }
}

function widthOf(text: string, most: number): number {
  return Math.round(Math.min(text.length, most) * LETTER + ROOM);
}

/** Places nodes and edges: from left to right where that fits into `width` pixels, else from top to bottom. */
export function layOut(flow: Flow, width: number): FlowDrawing {
  const across = place(flow, 'LR');
  return across.width <= width ? across : place(flow, 'TB');
}

function place(flow: Flow, rankdir: Direction): FlowDrawing {
  const graph = new Graph({ multigraph: true });
  const { nodes: nodesep, ranks: ranksep } = DISTANCES[rankdir];
  graph.setGraph({ rankdir, nodesep, ranksep, edgesep: 12, marginx: MARGIN, marginy: MARGIN });
  flow.nodes.forEach((node) => graph.setNode(node.id, sizeOf(node)));
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
  const inner = flow.edges.map(({ from, to, task }) => pointsIn(graph.edge(from, to, task.id)).slice(1, -1));
  const starts = ports(flow, at, rankdir, 1, (i) => inner[i]?.[0] ?? centre(at.get(flow.edges[i]?.to ?? '')));
  const ends = ports(flow, at, rankdir, -1, (i) => inner[i]?.at(-1) ?? centre(at.get(flow.edges[i]?.from ?? '')));
  const routes = flow.edges.map((edge, i) => ({
    edge,
    points: [starts[i], ...smooth(inner[i] ?? [], rankdir), ends[i]].filter((point) => point !== undefined),
  }));
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

const centre = (node: Placed<FlowNode> | undefined): Point => ({ x: node?.x ?? 0, y: node?.y ?? 0 });

/**
 * Where every edge leaves (side 1) or enters (side -1) its node: side by side, in the order in which they go on, so that
 * no two lie on one another.
 */
function ports(
  flow: Flow,
  at: ReadonlyMap<string, Placed<FlowNode>>,
  rankdir: Direction,
  side: 1 | -1,
  goesOn: (edge: number) => Point,
): Point[] {
  const across = rankdir === 'LR';
  const ofNode = new Map<string, number[]>();
  flow.edges.forEach(({ from, to }, i) => {
    const id = side === 1 ? from : to;
    ofNode.set(id, [...(ofNode.get(id) ?? []), i]);
  });
  const found: Point[] = [];
  for (const [id, edges] of ofNode) {
    const { x, y, width, height } = at.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
    const gap = Math.min(GAP, ((across ? height : width) - 12) / edges.length);
    const along = (edge: number): number => (across ? goesOn(edge).y : goesOn(edge).x);
    edges
      .sort((a, b) => along(a) - along(b))
      .forEach((edge, i) => {
        const shift = (i - (edges.length - 1) / 2) * gap;
        found[edge] = across
          ? { x: x + (side * width) / 2, y: y + shift }
          : { x: x + shift, y: y + (side * height) / 2 };
      });
  }
  return found;
}

/**
 * The bends of an edge between its ends. An edge to the next rank needs none. A longer one changes its height in the whole
 * room beside a node, where the layout puts the bend into the middle of that room; on a straight line it needs no bends.
 */
function smooth(points: readonly Point[], rankdir: Direction): Point[] {
  if (points.length <= 1) {
    return [];
  }
  const across = rankdir === 'LR';
  const height = ({ x, y }: Point): number => (across ? y : x);
  const moved = (point: Point, by: number): Point =>
    across ? { x: point.x + by, y: point.y } : { x: point.x, y: point.y + by };
  const reach = DISTANCES[rankdir].ranks / 2 - 2;
  return points.flatMap((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) {
      return [moved(point, before === undefined ? reach : -reach)];
    }
    return height(before) === height(point) && height(after) === height(point) ? [] : [point];
  });
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
