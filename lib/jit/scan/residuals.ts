import { ARGUMENT, liveNodes, typeOf, type Graph, type Node, type Ref } from "../tensorflow/graph";

/** A recorded turn of a loop together with its gradient, by what its parameters and results are, in this order. */
export interface JointTurn {
  readonly graph: Graph;
  /** Parameters that are known only in the backward pass and are carried there: gradients by the new carry, sums. */
  readonly carriedBack: number;
  /** Parameters: the carry before the turn, then the slices. */
  readonly before: number;
  readonly slices: number;
  /** Parameters: the gradients by y. Tensors from outside follow. */
  readonly dYs: number;
  /** How many results belong to the gradient; the turn's own follow. */
  readonly gradients: number;
}

/** A turn and its gradient as two functions, the first of which also gives what the second takes over from it. */
export interface SplitTurn {
  /** (carry, slices, from outside) → (new carry, ys, residuals). */
  readonly forward: Graph;
  /** (carried back, residuals, slices, gradients by y, from outside) → gradients. */
  readonly backward: Graph;
  readonly residuals: number;
}

/** Operations that cost less to do again than to keep the result of. */
const cheap = new Set(
  [
    [
      "Add",
      "AddV2",
      "Sub",
      "Mul",
      "RealDiv",
      "Neg",
      "Square",
      "Maximum",
      "Minimum",
      "Relu",
      "Cast",
      "Select",
      "SelectV2",
    ],
    [
      "Less",
      "LessEqual",
      "Greater",
      "GreaterEqual",
      "Equal",
      "NotEqual",
      "LogicalAnd",
      "LogicalOr",
      "LogicalNot",
    ],
    [
      "Reshape",
      "ExpandDims",
      "Squeeze",
      "Slice",
      "SplitV",
      "Pack",
      "Unpack",
      "ConcatV2",
      "ZerosLike",
      "OnesLike",
      "Fill",
    ],
    ["Range"],
  ].flat(),
);

/**
 * Splits a turn from its gradient: what does not depend on the gradients that come in from behind is done in the forward pass. Of
 * it the backward pass needs some: it is kept for each turn, or done again where that is cheap and what it needs is there.
 */
export function splitTurn({ graph, carriedBack, before, slices, dYs, gradients }: JointTurn): SplitTurn {
  const { parameters, nodes, results } = graph;
  const ends = [carriedBack, before, slices, dYs].reduce<number[]>(
    (sums, count) => [...sums, (sums.at(-1) ?? 0) + count],
    [],
  );
  const group = (i: number): readonly Node[] => parameters.slice(i === 0 ? 0 : ends[i - 1], ends[i]);
  const [back, carry, slice, dY, outside] = [
    group(0),
    group(1),
    group(2),
    group(3),
    parameters.slice(ends[3]),
  ];
  const late = new Set<Node>([...back, ...dY]); // known in the backward pass only
  for (const node of nodes) if (node.inputs.some((input) => late.has(input.node))) late.add(node);

  const gradientRefs = results.slice(0, gradients);
  const given = new Set<Node>([...slice, ...outside]); // at hand in the backward pass as well
  const keep = new Map<string, Ref>();
  for (const ref of [
    ...liveNodes(nodes, gradientRefs)
      .filter((node) => late.has(node))
      .flatMap((node) => node.inputs),
    ...gradientRefs,
  ])
    if (!late.has(ref.node) && !given.has(ref.node) && ref.node.op !== "Const") keep.set(keyOf(ref), ref);
  const again = redoable(nodes, given, keep);
  for (const [key, ref] of keep) if (again.has(ref.node)) keep.delete(key);

  const kept = Array.from(keep.values());
  const stand = new Map(
    kept.map((ref, i): [string, Ref] => [keyOf(ref), { node: parameterFor(ref, i), index: 0 }]),
  );
  const ownNodes = nodes.filter((node) => late.has(node) || again.has(node) || node.op === "Const");
  const backward = rewire(ownNodes, gradientRefs, stand);
  return {
    forward: {
      parameters: [...carry, ...slice, ...outside],
      nodes: liveNodes(nodes, [...results.slice(gradients), ...kept]),
      results: [...results.slice(gradients), ...kept],
    },
    backward: {
      ...backward,
      parameters: [...back, ...Array.from(stand.values(), ({ node }) => node), ...slice, ...dY, ...outside],
    },
    residuals: kept.length,
  };
}

const keyOf = ({ node, index }: Ref): string => `${node.name}:${index}`;

/** Cheap nodes all of whose inputs are at hand, kept, or cheap in turn. */
function redoable(
  nodes: readonly Node[],
  given: ReadonlySet<Node>,
  keep: ReadonlyMap<string, Ref>,
): Set<Node> {
  const again = new Set<Node>();
  const atHand = (ref: Ref): boolean =>
    ref.node.op === "Const" || given.has(ref.node) || again.has(ref.node) || keep.has(keyOf(ref));
  for (const node of nodes) if (cheap.has(node.op) && node.inputs.every(atHand)) again.add(node);
  return again;
}

/** The parameter that stands for a kept tensor in the backward pass. */
const parameterFor = (ref: Ref, i: number): Node => ({
  name: `kept${i}`,
  op: ARGUMENT,
  inputs: [],
  attributes: {},
  outputs: [typeOf(ref)],
  traced: true,
  origin: ref.node.origin,
});

/** Nodes and results with some of their inputs replaced. */
function rewire(
  nodes: readonly Node[],
  results: readonly Ref[],
  stand: ReadonlyMap<string, Ref>,
): Omit<Graph, "parameters"> {
  const fresh = new Map<Node, Node>();
  const moved = (ref: Ref): Ref =>
    stand.get(keyOf(ref)) ?? { node: fresh.get(ref.node) ?? ref.node, index: ref.index };
  for (const node of nodes) fresh.set(node, { ...node, inputs: node.inputs.map(moved) });
  const newResults = results.map(moved);
  return { nodes: liveNodes(Array.from(fresh.values()), newResults), results: newResults };
}
