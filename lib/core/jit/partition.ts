import { attribute } from "./attributes";
import { FunctionBuilder, type Value } from "./builder";
import { typeOf, type Graph, type Node, type Ref } from "./graph";

/** Operations at which TensorFlow's own kernels beat XLA's on a CPU. */
const convolution = /^(Depthwise)?Conv[23]D/;

export const hasConvolution = ({ nodes }: Graph): boolean => nodes.some(({ op }) => convolution.test(op));

/**
 * Writes a recorded function with convolutions into a function that the graph executor runs, with what comes before the first
 * convolution and what comes after the last one (mostly the optimiser) as functions of their own, which XLA compiles.
 *
 * @param name of the functions that are registered for it, with `_before` and `_after` behind it.
 */
export function inlineMixed(
  builder: FunctionBuilder,
  name: string,
  graph: Graph,
  values: readonly Value[],
): Value[] {
  const { before, between, after } = partition(graph);
  const known = new Map<Node, (index: number) => Value>();
  graph.parameters.forEach((parameter, i) => known.set(parameter, () => values[i] as Value));
  const call = (suffix: string, nodes: readonly Node[], wanted: readonly Ref[]): void => {
    if (wanted.length === 0) return;
    callCompiled(builder, `${name}_${suffix}`, nodes, wanted, known);
  };
  call("before", before, usedOutside(before, [...between, ...after], graph.results));
  builder.addNodes(between, known);
  call("after", after, usedOutside(after, [], graph.results));
  return graph.results.map((ref) => valueOf(known, ref));
}

/** Nodes that depend on no convolution; nodes between them; nodes that no convolution depends on. Constants are in each. */
function partition({ nodes }: Graph): Record<"before" | "between" | "after", Node[]> {
  const isConstant = ({ op }: Node): boolean => op === "Const";
  const behind = new Set<Node>(); // convolutions, and what depends on one
  for (const node of nodes)
    if (convolution.test(node.op) || node.inputs.some((input) => behind.has(input.node))) behind.add(node);
  const ahead = new Set<Node>(); // convolutions, and what one depends on
  for (const node of [...nodes].reverse()) {
    if (!convolution.test(node.op) && !ahead.has(node)) continue;
    ahead.add(node);
    for (const input of node.inputs) ahead.add(input.node);
  }
  return {
    before: nodes.filter((node) => isConstant(node) || !behind.has(node)),
    between: nodes.filter((node) => isConstant(node) || (behind.has(node) && ahead.has(node))),
    after: nodes.filter((node) => isConstant(node) || (behind.has(node) && !ahead.has(node))),
  };
}

/** The outputs of some nodes that other nodes take, or that are results. */
function usedOutside(nodes: readonly Node[], others: readonly Node[], results: readonly Ref[]): Ref[] {
  const inside = new Set(nodes.filter(({ op }) => op !== "Const"));
  const found = new Map<string, Ref>();
  for (const ref of [...others.flatMap((node) => node.inputs), ...results])
    if (inside.has(ref.node)) found.set(`${ref.node.name}:${ref.index}`, ref);
  return Array.from(found.values());
}

/** Registers nodes as a function for XLA, and writes a call of it; the refs it gives are known from then on. */
function callCompiled(
  builder: FunctionBuilder,
  name: string,
  nodes: readonly Node[],
  wanted: readonly Ref[],
  known: Map<Node, (index: number) => Value>,
): void {
  const inner = new FunctionBuilder(builder.binding, name);
  const own = new Set(nodes);
  const taken = new Map<string, Ref>();
  for (const { node, index } of nodes.flatMap((one) => one.inputs))
    if (!own.has(node)) taken.set(`${node.name}:${index}`, { node, index });
  const innerValues = new Map(Array.from(taken, ([key, ref]) => [key, inner.input(typeOf(ref).dtype)]));
  const innerKnown = new Map<Node, (index: number) => Value>();
  for (const { node } of taken.values())
    innerKnown.set(node, (index) => innerValues.get(`${node.name}:${index}`) as Value);
  inner.addNodes(nodes, innerKnown);
  for (const ref of wanted) inner.output(valueOf(innerKnown, ref), typeOf(ref));
  inner.register({ xla: true });
  const inputs = Array.from(taken.values());
  const { output } = builder.node(
    "PartitionedCall",
    inputs.map((ref) => valueOf(known, ref)),
    {
      Tin: attribute.types(inputs.map((ref) => typeOf(ref).dtype)),
      Tout: attribute.types(wanted.map((ref) => typeOf(ref).dtype)),
      f: attribute.func(name),
      _XlaMustCompile: attribute.bool(true),
    },
  );
  const places = new Map(wanted.map(({ node, index }, i) => [`${node.name}:${index}`, i]));
  for (const { node } of wanted) known.set(node, (index) => output(places.get(`${node.name}:${index}`)));
}

const valueOf = (known: ReadonlyMap<Node, (index: number) => Value>, { node, index }: Ref): Value =>
  (known.get(node) as (index: number) => Value)(index);
