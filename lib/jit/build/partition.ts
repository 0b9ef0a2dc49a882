import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, type Value } from "../tensorflow/function-builder";
import { typeOf, type Graph, type Node, type Ref } from "../tensorflow/graph";

/** Operations at which TensorFlow's own kernels beat XLA's on a CPU. */
const convolution = /^(Depthwise)?Conv[23]D/;

export const hasConvolution = ({ nodes }: Graph): boolean => nodes.some(({ op }) => convolution.test(op));

/** Fewer operations than this between convolutions are not worth a call of XLA's. */
const WORTHWHILE = 4;

/**
 * Writes a recorded function with convolutions into a function that the graph executor runs, with what lies before, between and
 * behind them as functions of their own, which XLA compiles.
 *
 * @param name of the functions that are registered for it, with a number behind it.
 */
export function inlineMixed(
  builder: FunctionBuilder,
  name: string,
  graph: Graph,
  values: readonly Value[],
): Value[] {
  const known = new Map<Node, (index: number) => Value>();
  graph.parameters.forEach((parameter, i) => known.set(parameter, () => values[i] as Value));
  const constants = graph.nodes.filter(isConstant);
  builder.addNodes(constants, known);
  for (const [level, { convolutions, others }] of levelsOf(graph).entries()) {
    builder.addNodes(convolutions, known);
    if (others.length < WORTHWHILE) builder.addNodes(others, known);
    else
      callCompiled(builder, `${name}_${level}`, [...constants, ...others], usedOutside(others, graph), known);
  }
  return graph.results.map((ref) => valueOf(known, ref));
}

const isConstant = ({ op }: Node): boolean => op === "Const";

interface Level {
  readonly convolutions: Node[];
  readonly others: Node[];
}

/** Nodes by the greatest number of convolutions on a way to them, their own included: none needs one of a later level. */
function levelsOf({ nodes }: Graph): Level[] {
  const levels: Level[] = [];
  const levelOf = new Map<Node, number>();
  for (const node of nodes) {
    if (isConstant(node)) continue;
    const isConvolution = convolution.test(node.op);
    const before = Math.max(0, ...node.inputs.map((input) => levelOf.get(input.node) ?? 0));
    const level = before + (isConvolution ? 1 : 0);
    levelOf.set(node, level);
    while (levels.length <= level) levels.push({ convolutions: [], others: [] });
    (isConvolution ? levels[level]?.convolutions : levels[level]?.others)?.push(node);
  }
  return levels;
}

/** The outputs of some nodes that other nodes of the graph take, or that are results. */
function usedOutside(some: readonly Node[], { nodes, results }: Graph): Ref[] {
  const inside = new Set(some);
  const takers = nodes.filter((node) => !inside.has(node));
  const found = new Map<string, Ref>();
  for (const ref of [...takers.flatMap((node) => node.inputs), ...results])
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
