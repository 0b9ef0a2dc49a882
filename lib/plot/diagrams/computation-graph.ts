import {
  arrows,
  backwards,
  BARB,
  distance,
  position,
  rimToRim,
  roomBetween,
  type Line,
  type Place,
  type Point,
  type Size,
} from "../marks/arrows";
import { ink, head, seriesColors, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkFinite, checkNotEmpty, reject } from "../numeric/validate";

/** What a node is: learned, drawn at random, given, or computed from others. */
export type NodeKind = "parameter" | "random" | "data" | "computed";

/** One quantity of the computation. */
export interface GraphNode {
  /** What edges call it. */
  readonly id: string;
  /** What is written on it; the id by default. */
  readonly label?: string;
  /** Written below it, smaller. */
  readonly note?: string;
  readonly kind: NodeKind;
  /** Its place on a lattice: columns from the left, rows from the top, fractions allowed. */
  readonly column: number;
  readonly row: number;
}

/** An arrow: what one quantity needs of another. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Draws an arrow back beside it: a gradient passes here. */
  readonly gradient?: boolean;
}

/** Titles and spacing of a {@link computationGraph}. */
export interface ComputationGraphOptions extends Titles {
  /** Between columns and between rows of the lattice, in px; 110 and 90 by default. */
  readonly spacing?: readonly [column: number, row: number];
}

const CALLER = "computationGraph";
const RADIUS = 23; // of a node, px
const DIAMOND = 1.22; // times that, from its middle to a corner
const MARGIN = 46; // around the outermost nodes, px
const looks = {
  parameter: { shape: "square", fill: "#dcebf5", words: "learned" },
  random: { shape: "circle", fill: "#fdebd3", words: "random" },
  data: { shape: "circle", fill: "#d9d9d9", words: "given" },
  computed: { shape: "diamond", fill: "#ffffff", words: "computed" },
} as const;

/**
 * A computation as nodes and arrows, with the way that gradients take back: squares are learned, shaded circles given or random,
 * diamonds computed (lecture, "Another way to look at it").
 *
 * @throws when there is no node, two have one id or lie over each other, a place is not finite, the spacing is not above 0, or an edge
 *   names no node, joins one to itself or has no room for an arrow.
 */
export function computationGraph(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  options: ComputationGraphOptions = {},
): FigureSpec {
  checkNotEmpty(CALLER, "nodes", nodes);
  checkFinite(CALLER, "nodes", nodes, ["column", "row"]);
  const places = placesOf(nodes, options.spacing ?? [110, 90]);
  checkApart(places);
  const lines = edges.map((edge, i) => straight(edge, i, places));
  const back = lines.filter((_, i) => edges[i]?.gradient === true).map(backwards);
  const width = Math.max(...[...places.values()].map(({ x }) => x)) + MARGIN;
  const height = Math.max(...[...places.values()].map(({ y }) => y)) + MARGIN;
  return {
    ...head(options, describe(nodes, edges, options)),
    width,
    height,
    layer: [
      ...arrows(lines, ink.muted, [1, 0], [width, height]),
      ...(back.length === 0 ? [] : arrows(back, seriesColors[1], [5, 3], [width, height])),
      ...(["parameter", "random", "data", "computed"] as const).flatMap((kind) =>
        symbols(kind, nodes, places, [width, height]),
      ),
      labels(nodes, places, [width, height]),
      notes(nodes, places, [width, height]),
    ],
  };
}

function placesOf(nodes: readonly GraphNode[], spacing: readonly [number, number]): Map<string, Place> {
  const [wide, high] = spacing;
  if (!spacing.every((step) => Number.isFinite(step) && step > 0))
    reject(
      CALLER,
      "options.spacing",
      "two finite numbers > 0",
      `[${wide}, ${high}]`,
      "[110, 90] is wide enough for most",
    );
  const left = Math.min(...nodes.map(({ column }) => column));
  const top = Math.min(...nodes.map(({ row }) => row));
  const places = new Map<string, Place>();
  for (const { id, kind, column, row } of nodes) {
    if (places.has(id)) reject(CALLER, "nodes", "with distinct ids", `"${id}" twice`, "name each node");
    const rim = kind === "computed" ? DIAMOND * RADIUS : RADIUS;
    places.set(id, { x: MARGIN + (column - left) * wide, y: MARGIN + (row - top) * high, rim });
  }
  return places;
}

/** Checks that no node covers another. */
function checkApart(places: ReadonlyMap<string, Place>): void {
  const all = [...places];
  all.forEach(([one, a], i) => {
    for (const [other, b] of all.slice(i + 1))
      if (distance(a, b) < a.rim + b.rim)
        reject(
          CALLER,
          "nodes",
          "apart",
          `${px(distance(a, b))} between the middles of "${one}" and "${other}", where ${px(a.rim + b.rim)} lie within their rims`,
          "move one, or widen options.spacing",
        );
  });
}

const px = (length: number): string => `${Number(length.toFixed(1))} px`;

/** From the rim of one node to the rim of the other. */
function straight({ from, to }: GraphEdge, i: number, places: ReadonlyMap<string, Place>): Line {
  const [a, b] = [from, to].map((id) => {
    const place = places.get(id);
    return place ?? reject(CALLER, `edges[${i}]`, "between two of the nodes", `"${id}"`, "add such a node");
  }) as [Place, Place];
  if (from === to)
    reject(
      CALLER,
      `edges[${i}]`,
      "between two nodes",
      `"${from}" to "${to}"`,
      "leave it out, or give the other end a node of its own",
    );
  const room = roomBetween(a, b);
  if (room < BARB)
    reject(
      CALLER,
      `edges[${i}]`,
      `${BARB} px long or more`,
      `${px(Math.max(0, room))} from "${from}" to "${to}"`,
      "move one of them away, or widen options.spacing",
    );
  return rimToRim(a, b);
}

const pointOf = (id: string, places: ReadonlyMap<string, Place>): Point => {
  const { x = 0, y = 0 } = places.get(id) ?? {};
  return { x, y };
};

function symbols(
  kind: NodeKind,
  nodes: readonly GraphNode[],
  places: ReadonlyMap<string, Place>,
  size: Size,
): Unit[] {
  const values = nodes.filter((node) => node.kind === kind).map(({ id }) => pointOf(id, places));
  if (values.length === 0) return [];
  const { shape, fill } = looks[kind];
  const area = (2 * RADIUS) ** 2 * (shape === "square" ? 0.85 : shape === "diamond" ? DIAMOND ** 2 : 1);
  return [
    {
      data: { values },
      mark: {
        type: "point",
        shape,
        size: area,
        fill,
        stroke: ink.text,
        strokeWidth: 1.4,
        opacity: 1,
        tooltip: null,
      },
      encoding: position(size),
    },
  ];
}

const labels = (nodes: readonly GraphNode[], places: ReadonlyMap<string, Place>, size: Size): Unit => ({
  data: { values: nodes.map(({ id, label = id }) => ({ ...pointOf(id, places), label })) },
  mark: { type: "text", fontSize: 14, tooltip: null },
  encoding: { ...position(size), text: { field: "label", type: "nominal" } },
});

const notes = (nodes: readonly GraphNode[], places: ReadonlyMap<string, Place>, size: Size): Unit => ({
  data: { values: nodes.map(({ id, note = "" }) => ({ ...pointOf(id, places), note })) },
  mark: { type: "text", fontSize: 11, color: ink.muted, dy: RADIUS + 12, tooltip: null },
  encoding: { ...position(size), text: { field: "note", type: "nominal" } },
});

function describe(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  { title }: ComputationGraphOptions,
): string {
  const name = (id: string): string => nodes.find((node) => node.id === id)?.label ?? id;
  const what = nodes.map(({ id, kind }) => `${name(id)} (${looks[kind].words})`).join(", ");
  const ways = edges
    .map(
      ({ from, to, gradient }) => `${name(from)} → ${name(to)}${gradient === true ? ", gradient back" : ""}`,
    )
    .join("; ");
  return `${title === undefined ? "" : `${title}. `}Computation of ${what}: ${ways}`;
}
