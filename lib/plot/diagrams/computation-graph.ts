import {
  arrowMarks,
  pixelChannels,
  reverseArrow,
  type DrawingSize,
  type NodeDisc,
  type Point,
} from "../marks/arrows";
import {
  figureBase,
  INK,
  SERIES_COLORS,
  withTitle,
  type FigureSpec,
  type Titles,
  type Unit,
} from "../marks/theme";
import { checkFinite, checkNotEmpty } from "../numeric/validate";
import {
  DIAMOND,
  edgeArrow,
  MARGIN,
  nodeDiscs,
  RADIUS,
  type GraphEdge,
  type GraphNode,
  type NodeKind,
} from "./graph-layout";

/** Titles and spacing of a {@link computationGraph}. */
export interface ComputationGraphOptions extends Titles {
  /** The distances between columns and between rows, px; 110 and 90 by default. */
  readonly spacing?: readonly [column: number, row: number];
}

const CALLER = "computationGraph";

/** Shape and fill of each kind of node, and its name in the description. */
const NODE_STYLES = {
  parameter: { shape: "square", fill: "#dcebf5", meaning: "learned" },
  random: { shape: "circle", fill: "#fdebd3", meaning: "random" },
  data: { shape: "circle", fill: "#d9d9d9", meaning: "given" },
  computed: { shape: "diamond", fill: "#ffffff", meaning: "computed" },
} as const;

/**
 * Draws a computation as nodes and arrows, with the paths of the gradients (lecture, "Another way to look at
 * it"). Squares are learned, shaded circles random or given, diamonds computed.
 *
 * @throws if there are no nodes, two have the same id or overlap, a position is not finite, the spacing is
 *   not positive, or an edge refers to an unknown node, connects a node to itself or is too short for an
 *   arrow.
 */
export function computationGraph(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  options: ComputationGraphOptions = {},
): FigureSpec {
  checkNotEmpty(CALLER, "nodes", nodes);
  checkFinite(CALLER, "nodes", nodes, ["column", "row"]);
  const discs = nodeDiscs(nodes, options.spacing ?? [110, 90]);
  const arrows = edges.map((edge, i) => edgeArrow(edge, i, discs));
  const gradients = arrows.filter((_, i) => edges[i]?.gradient === true).map(reverseArrow);
  const width = Math.max(...[...discs.values()].map(({ x }) => x)) + MARGIN;
  const height = Math.max(...[...discs.values()].map(({ y }) => y)) + MARGIN;
  const size = [width, height] as const;
  return {
    ...figureBase(options, describe(nodes, edges, options)),
    width,
    height,
    layer: [
      ...arrowMarks(arrows, INK.muted, [1, 0], size),
      ...(gradients.length === 0 ? [] : arrowMarks(gradients, SERIES_COLORS[1], [5, 3], size)),
      ...(["parameter", "random", "data", "computed"] as const).flatMap((kind) =>
        nodeMarks(kind, nodes, discs, size),
      ),
      labelMark(nodes, discs, size),
      noteMark(nodes, discs, size),
    ],
  };
}

function centreOf(id: string, discs: ReadonlyMap<string, NodeDisc>): Point {
  const { x = 0, y = 0 } = discs.get(id) ?? {};
  return { x, y };
}

function nodeMarks(
  kind: NodeKind,
  nodes: readonly GraphNode[],
  discs: ReadonlyMap<string, NodeDisc>,
  size: DrawingSize,
): Unit[] {
  const values = nodes.filter((node) => node.kind === kind).map(({ id }) => centreOf(id, discs));
  if (values.length === 0) return [];
  const { shape, fill } = NODE_STYLES[kind];
  const area = (2 * RADIUS) ** 2 * (shape === "square" ? 0.85 : shape === "diamond" ? DIAMOND ** 2 : 1);
  return [
    {
      data: { values },
      mark: {
        type: "point",
        shape,
        size: area,
        fill,
        stroke: INK.text,
        strokeWidth: 1.4,
        opacity: 1,
        tooltip: null,
      },
      encoding: pixelChannels(size),
    },
  ];
}

function labelMark(
  nodes: readonly GraphNode[],
  discs: ReadonlyMap<string, NodeDisc>,
  size: DrawingSize,
): Unit {
  return {
    data: { values: nodes.map(({ id, label = id }) => ({ ...centreOf(id, discs), label })) },
    mark: { type: "text", fontSize: 14, tooltip: null },
    encoding: { ...pixelChannels(size), text: { field: "label", type: "nominal" } },
  };
}

function noteMark(
  nodes: readonly GraphNode[],
  discs: ReadonlyMap<string, NodeDisc>,
  size: DrawingSize,
): Unit {
  return {
    data: { values: nodes.map(({ id, note = "" }) => ({ ...centreOf(id, discs), note })) },
    mark: { type: "text", fontSize: 11, color: INK.muted, dy: RADIUS + 12, tooltip: null },
    encoding: { ...pixelChannels(size), text: { field: "note", type: "nominal" } },
  };
}

function describe(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  options: ComputationGraphOptions,
): string {
  const labelOf = (id: string): string => nodes.find((node) => node.id === id)?.label ?? id;
  const quantities = nodes.map(({ id, kind }) => `${labelOf(id)} (${NODE_STYLES[kind].meaning})`).join(", ");
  const connections = edges
    .map(
      ({ from, to, gradient }) =>
        `${labelOf(from)} → ${labelOf(to)}${gradient === true ? ", gradient back" : ""}`,
    )
    .join("; ");
  return withTitle(options, `Computation of ${quantities}: ${connections}`);
}
