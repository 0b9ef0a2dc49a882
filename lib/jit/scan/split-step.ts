/**
 * Splits a traced step and its gradient into a forward and a backward graph, and decides which intermediate
 * values the forward loop stores for the backward loop (the residuals) and which the backward loop computes
 * again.
 */
import { ARGUMENT, liveNodes, refKey, typeOf, type Graph, type Node, type Ref } from "../tensorflow/graph";

/**
 * A traced step of a loop together with its gradient.
 *
 * The counts say how many of the graph's parameters have each role, in this order; captured tensors follow
 * them.
 */
export interface JointStep {
  readonly graph: Graph;
  /** Parameters carried by the backward loop: gradients with respect to the new carry, and gradient sums. */
  readonly backwardCarry: number;
  /** Parameters: the carry before the step. */
  readonly carry: number;
  /** Parameters: the slices x_t. */
  readonly slices: number;
  /** Parameters: gradients with respect to y_t. */
  readonly dYs: number;
  /** The number of leading results that are gradients; the step's own results follow. */
  readonly gradients: number;
}

/** A step as two graphs. */
export interface SplitStep {
  /** (carry, slices, captures) → (new carry, y, residuals). */
  readonly forward: Graph;
  /** (backward carry, residuals, slices, gradients with respect to y, captures) → gradients. */
  readonly backward: Graph;
  /** The number of residuals. */
  readonly residuals: number;
}

/** Operations that are cheaper to compute again than to store the result of. */
const CHEAP_OPERATIONS = new Set(
  [
    "Add AddV2 Sub Mul RealDiv Neg Square Maximum Minimum Relu Cast Select SelectV2",
    "Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr LogicalNot",
    "Reshape ExpandDims Squeeze Slice SplitV Pack Unpack ConcatV2 ZerosLike OnesLike Fill Range",
  ].flatMap((names) => names.split(" ")),
);

/**
 * Splits a step from its gradient.
 *
 * Nodes that depend on incoming gradients run in the backward graph. The forward values that they take are
 * residuals, except those that the backward graph can compute again by cheap operations.
 */
export function splitStep(joint: JointStep): SplitStep {
  const { nodes, results } = joint.graph;
  const { backwardCarry, carry, slices, dYs, captures } = parametersByRole(joint);
  const backwardOnly = new Set<Node>([...backwardCarry, ...dYs]);
  for (const node of nodes)
    if (node.inputs.some((input) => backwardOnly.has(input.node))) backwardOnly.add(node);

  const gradients = results.slice(0, joint.gradients);
  const outputs = results.slice(joint.gradients);
  const inBoth = new Set<Node>([...slices, ...captures]);
  const residuals = new Map<string, Ref>();
  const backwardInputs = liveNodes(nodes, gradients)
    .filter((node) => backwardOnly.has(node))
    .flatMap((node) => node.inputs);
  for (const ref of [...backwardInputs, ...gradients])
    if (!backwardOnly.has(ref.node) && !inBoth.has(ref.node) && ref.node.op !== "Const")
      residuals.set(refKey(ref), ref);
  const recomputed = recomputable(nodes, inBoth, residuals);
  for (const [key, ref] of residuals) if (recomputed.has(ref.node)) residuals.delete(key);

  const stored = Array.from(residuals.values());
  const replacements = new Map(
    stored.map((ref, i): [string, Ref] => [refKey(ref), { node: residualParameter(ref, i), index: 0 }]),
  );
  const backwardNodes = nodes.filter(
    (node) => backwardOnly.has(node) || recomputed.has(node) || node.op === "Const",
  );
  const residualParameters = Array.from(replacements.values(), ({ node }) => node);
  return {
    forward: {
      parameters: [...carry, ...slices, ...captures],
      nodes: liveNodes(nodes, [...outputs, ...stored]),
      results: [...outputs, ...stored],
    },
    backward: {
      ...redirectInputs(backwardNodes, gradients, replacements),
      parameters: [...backwardCarry, ...residualParameters, ...slices, ...dYs, ...captures],
    },
    residuals: stored.length,
  };
}

function parametersByRole({
  graph,
  backwardCarry,
  carry,
  slices,
  dYs,
}: JointStep): Record<"backwardCarry" | "carry" | "slices" | "dYs" | "captures", Node[]> {
  const rest = [...graph.parameters];
  return {
    backwardCarry: rest.splice(0, backwardCarry),
    carry: rest.splice(0, carry),
    slices: rest.splice(0, slices),
    dYs: rest.splice(0, dYs),
    captures: rest,
  };
}

/**
 * Returns the cheap nodes whose inputs are available in both passes, residuals, or themselves recomputable.
 */
function recomputable(
  nodes: readonly Node[],
  inBoth: ReadonlySet<Node>,
  residuals: ReadonlyMap<string, Ref>,
): Set<Node> {
  const found = new Set<Node>();
  const isAvailable = (ref: Ref): boolean =>
    ref.node.op === "Const" || inBoth.has(ref.node) || found.has(ref.node) || residuals.has(refKey(ref));
  for (const node of nodes)
    if (CHEAP_OPERATIONS.has(node.op) && node.inputs.every(isAvailable)) found.add(node);
  return found;
}

/** Returns the parameter of the backward graph that stands for a residual. */
function residualParameter(ref: Ref, i: number): Node {
  return {
    name: `residual${i}`,
    op: ARGUMENT,
    inputs: [],
    attributes: {},
    outputs: [typeOf(ref)],
    traced: true,
    origin: ref.node.origin,
  };
}

/** Returns copies of nodes, and of references to them, in which some outputs are replaced by others. */
function redirectInputs(
  nodes: readonly Node[],
  results: readonly Ref[],
  replacements: ReadonlyMap<string, Ref>,
): Omit<Graph, "parameters"> {
  const copies = new Map<Node, Node>();
  const replaced = (ref: Ref): Ref =>
    replacements.get(refKey(ref)) ?? { node: copies.get(ref.node) ?? ref.node, index: ref.index };
  for (const node of nodes) copies.set(node, { ...node, inputs: node.inputs.map(replaced) });
  const newResults = results.map(replaced);
  return { nodes: liveNodes(Array.from(copies.values()), newResults), results: newResults };
}
