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
const layers = (spec: FigureSpec) =>
  (spec as unknown as { layer: { mark: { type: string }; data: { values: Arrow[] } }[] }).layer;

test("arrows go from rim to rim, gradients back beside them", () => {
  const rules = layers(computationGraph(nodes, edges, { spacing: [200, 90] })).filter(
    ({ mark }) => mark.type === "rule",
  );
  const [forth, , back] = rules.map(({ data }) => data.values[0]); // each with its heads behind it
  expect(forth).toMatchObject({ x: 73, y: 46, y2: 46 }); // margin 46, radius 23 and 4 of air
  expect(forth?.x2).toBeCloseTo(246 - 4 - 1.22 * 23, 10); // a diamond reaches further
  expect(back).toMatchObject({ x: forth?.x2, x2: 73, y: 53, y2: 53 });
  expect(layers(computationGraph(nodes, [{ from: "a", to: "b" }]))).toHaveLength(6);
});

test("says in words what is connected", () => {
  expect(computationGraph(nodes, edges, { title: "Two" }).description).toBe(
    "Two. Computation of α (learned), b (computed): α → b, gradient back",
  );
});

test("nodes alone are a graph", () => {
  expect(() => computationGraph(nodes, [])).not.toThrow();
});

test("nodes may touch, and an arrow be as short as its head", () => {
  const rims = 23 + 1.22 * 23; // of a square and of a diamond
  expect(() => computationGraph(nodes, [], { spacing: [rims, 1] })).not.toThrow();
  const spacing = [rims + 2 * 4 + 9, 1] as const; // air at both ends, and the barbs of the head
  const [rule] = layers(computationGraph(nodes, edges, { spacing }));
  const [forth] = rule?.data.values ?? [];
  expect((forth?.x2 ?? NaN) - (forth?.x ?? NaN)).toBeCloseTo(9, 10); // from left to right
});

const beside = (gap: number): GraphNode[] => [
  { id: "a", kind: "random", column: 0, row: 0 },
  { id: "b", kind: "data", column: gap, row: 0 },
];

test.each<[string, GraphNode[], GraphEdge[], string, ComputationGraphOptions?]>([
  ["no node", [], [], "nodes must be not empty, got 0 entries; draw the figure after the first result"],
  [
    "two of one id",
    [nodes[0] as GraphNode, nodes[0] as GraphNode],
    [],
    'nodes must be with distinct ids, got "a" twice; name each node',
  ],
  [
    "an edge to nowhere",
    nodes,
    [{ from: "a", to: "c" }],
    'edges[0] must be between two of the nodes, got "c"; add such a node',
  ],
  [
    "an edge to itself",
    nodes,
    [{ from: "a", to: "a" }],
    'edges[0] must be between two nodes, got "a" to "a"; leave it out, or give the other end a node of its own',
  ],
  [
    "two nodes at one place",
    beside(0),
    [],
    'nodes must be apart, got 0 px between the middles of "a" and "b", where 46 px lie within their rims; move one, or widen options.spacing',
  ],
  [
    "nodes over each other",
    beside(0.2),
    [],
    'nodes must be apart, got 22 px between the middles of "a" and "b", where 46 px lie within their rims; move one, or widen options.spacing',
  ],
  [
    "an arrow without room",
    beside(0.5),
    [{ from: "b", to: "a" }],
    'edges[0] must be 9 px long or more, got 1 px from "b" to "a"; move one of them away, or widen options.spacing',
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
    `options.spacing must be two finite numbers > 0, got [${column}, ${row}]; [110, 90] is wide enough for most`,
    { spacing: [column, row] },
  ]),
])("refuses %s", (_, someNodes, someEdges, message, options = {}) => {
  expect(() => computationGraph(someNodes, someEdges, options)).toThrow(
    new Error(`computationGraph: ${message}`),
  );
});
