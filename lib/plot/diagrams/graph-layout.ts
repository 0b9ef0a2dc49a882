import { arrowBetween, arrowLength, distance, HEAD_LENGTH, type Arrow, type NodeDisc } from "../marks/arrows";
import { rejectArgument } from "../numeric/validate";

/** The kind of a node: learned, sampled, given, or computed from other nodes. */
export type NodeKind = "parameter" | "random" | "data" | "computed";

/** One quantity of the computation. */
export interface GraphNode {
  /** The name that edges refer to. */
  readonly id: string;
  /** The text on the node; the id by default. */
  readonly label?: string;
  /** Smaller text below the node; none by default. */
  readonly note?: string;
  /** Decides the shape and the fill of the node. */
  readonly kind: NodeKind;
  /** The column of a grid, counted from the left; may be fractional. */
  readonly column: number;
  /** The row of a grid, counted from the top; may be fractional. */
  readonly row: number;
}

/** An arrow from a quantity to one that is computed from it. */
export interface GraphEdge {
  /** The id of the node where the arrow starts. */
  readonly from: string;
  /** The id of the node where the arrow ends. */
  readonly to: string;
  /** Whether the gradient flows back along this edge, drawn as a dashed reverse arrow; false by default. */
  readonly gradient?: boolean;
}

const CALLER = "computationGraph";
/** Of a node, px. */
export const RADIUS = 23;
/** From the centre to a corner of a diamond, in radii. */
export const DIAMOND = 1.22;
/** Around the centres of the outermost nodes, px. */
export const MARGIN = 46;

/**
 * Returns the centre and radius of each node, by id.
 *
 * @param spacing between columns and between rows, px.
 * @throws if the spacing is not positive, two nodes have the same id, or two nodes overlap.
 */
export function nodeDiscs(
  nodes: readonly GraphNode[],
  spacing: readonly [number, number],
): Map<string, NodeDisc> {
  const [columnWidth, rowHeight] = spacing;
  if (!spacing.every((step) => Number.isFinite(step) && step > 0))
    rejectArgument(
      CALLER,
      "options.spacing",
      "be two positive finite numbers",
      `[${columnWidth}, ${rowHeight}]`,
      "[110, 90] suits most graphs",
    );
  const left = Math.min(...nodes.map(({ column }) => column));
  const top = Math.min(...nodes.map(({ row }) => row));
  const discs = new Map<string, NodeDisc>();
  for (const { id, kind, column, row } of nodes) {
    if (discs.has(id))
      rejectArgument(CALLER, "nodes", "have distinct ids", `"${id}" twice`, "rename one of them");
    discs.set(id, {
      x: MARGIN + (column - left) * columnWidth,
      y: MARGIN + (row - top) * rowHeight,
      radius: kind === "computed" ? DIAMOND * RADIUS : RADIUS,
    });
  }
  checkNoOverlap(discs);
  return discs;
}

function checkNoOverlap(discs: ReadonlyMap<string, NodeDisc>): void {
  const all = [...discs];
  all.forEach(([id, a], i) => {
    for (const [otherId, b] of all.slice(i + 1)) {
      const [between, radii] = [distance(a, b), a.radius + b.radius];
      if (between < radii)
        rejectArgument(
          CALLER,
          "nodes",
          "not overlap",
          `"${id}" and "${otherId}" at a distance of ${formatPixels(between)}, less than their radii, ` +
            formatPixels(radii),
          "move one of them, or increase options.spacing",
        );
    }
  });
}

function formatPixels(length: number): string {
  return `${Number(length.toFixed(1))} px`;
}

/**
 * Returns the arrow of the edge with index `i`.
 *
 * @throws if the edge refers to an unknown node, connects a node to itself, or is shorter than an arrow's
 *   head.
 */
export function edgeArrow({ from, to }: GraphEdge, i: number, discs: ReadonlyMap<string, NodeDisc>): Arrow {
  const [a, b] = [from, to].map(
    (id) =>
      discs.get(id) ??
      rejectArgument(CALLER, `edges[${i}]`, "refer to ids of nodes", `"${id}"`, "add a node with this id"),
  ) as [NodeDisc, NodeDisc];
  if (from === to)
    rejectArgument(
      CALLER,
      `edges[${i}]`,
      "connect two nodes",
      `"${from}" to "${to}"`,
      "leave it out, or add a second node",
    );
  const length = arrowLength(a, b);
  if (length < HEAD_LENGTH)
    rejectArgument(
      CALLER,
      `edges[${i}]`,
      `be at least ${HEAD_LENGTH} px long`,
      `${formatPixels(Math.max(0, length))} from "${from}" to "${to}"`,
      "move one of them, or increase options.spacing",
    );
  return arrowBetween(a, b);
}
