import { expect, test } from "vitest";
import {
  computationGraph,
  type ComputationGraphOptions,
  type FigureSpec,
  type GraphEdge,
  type GraphNode,
} from "latent/plot";

const nodes: GraphNode[] = [
  { id: "a", label: "α", kind: "parameter", column: 2, row: 5 },
  { id: "b", kind: "computed", column: 3, row: 5 },
];
const edges: GraphEdge[] = [{ from: "a", to: "b", gradient: true }];
interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}
function layers(spec: FigureSpec) {
  return (spec as unknown as { layer: { mark: { type: string }; data: { values: Arrow[] } }[] }).layer;
}

test("arrows connect the outlines of nodes, with gradients as reverse arrows beside them", () => {
  const rules = layers(computationGraph(nodes, edges, { spacing: [200, 90] })).filter(
    ({ mark }) => mark.type === "rule",
  );
  const [forth, , back] = rules.map(({ data }) => data.values[0]); // each followed by its head
  expect(forth).toMatchObject({ x: 73, y: 46, y2: 46 }); // margin 46, radius 23, gap 4
  expect(forth?.x2).toBeCloseTo(246 - 4 - 1.22 * 23, 10); // a diamond is larger
  expect(back).toMatchObject({ x: forth?.x2, x2: 73, y: 53, y2: 53 });
  expect(layers(computationGraph(nodes, [{ from: "a", to: "b" }]))).toHaveLength(6);
});

test("the description lists nodes and edges", () => {
  expect(computationGraph(nodes, edges, { title: "Two" }).description).toBe(
    "Two. Computation of α (learned), b (computed): α → b, gradient back",
  );
});

test("edges are optional", () => {
  expect(() => computationGraph(nodes, [])).not.toThrow();
});

test("accepts nodes that touch, and an arrow as short as its head", () => {
  const radii = 23 + 1.22 * 23; // of a square and a diamond
  expect(() => computationGraph(nodes, [], { spacing: [radii, 1] })).not.toThrow();
  const spacing = [radii + 2 * 4 + 9, 1] as const; // a gap at both ends, and the head
  const [rule] = layers(computationGraph(nodes, edges, { spacing }));
  const [forth] = rule?.data.values ?? [];
  expect((forth?.x2 ?? NaN) - (forth?.x ?? NaN)).toBeCloseTo(9, 10); // from left to right
});

function beside(gap: number): GraphNode[] {
  return [
    { id: "a", kind: "random", column: 0, row: 0 },
    { id: "b", kind: "data", column: gap, row: 0 },
  ];
}

test.each<[string, GraphNode[], GraphEdge[], string, ComputationGraphOptions?]>([
  ["no nodes", [], [], "nodes must not be empty, got []; draw the figure once there are results"],
  [
    "two nodes with the same id",
    [nodes[0] as GraphNode, nodes[0] as GraphNode],
    [],
    'nodes must have distinct ids, got "a" twice; rename one of them',
  ],
  [
    "an edge to an unknown node",
    nodes,
    [{ from: "a", to: "c" }],
    'edges[0] must refer to ids of nodes, got "c"; add a node with this id',
  ],
  [
    "an edge from a node to itself",
    nodes,
    [{ from: "a", to: "a" }],
    'edges[0] must connect two nodes, got "a" to "a"; leave it out, or add a second node',
  ],
  [
    "two nodes at the same position",
    beside(0),
    [],
    'nodes must not overlap, got "a" and "b" at a distance of 0 px, less than their radii, 46 px; ' +
      "move one of them, or increase options.spacing",
  ],
  [
    "overlapping nodes",
    beside(0.2),
    [],
    'nodes must not overlap, got "a" and "b" at a distance of 22 px, less than their radii, 46 px; ' +
      "move one of them, or increase options.spacing",
  ],
  [
    "an edge that is too short",
    beside(0.5),
    [{ from: "b", to: "a" }],
    'edges[0] must be at least 9 px long, got 1 px from "b" to "a"; ' +
      "move one of them, or increase options.spacing",
  ],
  ...[
    [NaN, 3],
    [110, Infinity],
    [0, 90],
    [110, -90],
  ].map(([column = 0, row = 0]): [string, GraphNode[], GraphEdge[], string, ComputationGraphOptions] => [
    `a spacing of ${column} by ${row}`,
    nodes,
    [],
    `options.spacing must be two positive finite numbers, got [${column}, ${row}]; ` +
      `[110, 90] suits most graphs`,
    { spacing: [column, row] },
  ]),
])("throws for %s", (_, someNodes, someEdges, message, options = {}) => {
  expect(() => computationGraph(someNodes, someEdges, options)).toThrow(
    new Error(`computationGraph: ${message}`),
  );
});
