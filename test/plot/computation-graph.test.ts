import { expect, test } from "vitest";
import { computationGraph, type FigureSpec, type GraphEdge, type GraphNode } from "../../lib/plot";

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

test.each<[string, GraphNode[], GraphEdge[], string]>([
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
    'edges[0] must be between two places, got "a" to "a" at one place; move one',
  ],
])("refuses %s", (_, someNodes, someEdges, message) => {
  expect(() => computationGraph(someNodes, someEdges)).toThrow(new Error(`computationGraph: ${message}`));
});
